//! A `Meta`.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{DeriveInput, Expr, Ident, Pat, Path, Type, Visibility};

use super::{Settings, crate_path, database};
use crate::attr::index::Index;
use crate::attr::index::PartOf;
use crate::attr::meta::MetaAttr;
use crate::check;
use crate::ctxt::Ctxt;
use crate::input::refuse_generics;

/// A type with settings that models share.
pub(crate) struct Meta {
    pub(crate) ident: Ident,
    /// The path to the crate `orm`.
    pub(crate) krate: TokenStream,
    pub(crate) settings: Settings,
    pub(crate) extends: Option<Path>,
    pub(crate) passed: Passed,
    pub(crate) vis: Visibility,
    /// The key of models that ask for it.
    pub(crate) primary_key: Option<Vec<Ident>>,
}

/// What it passes on beside settings; `None` where it says nothing.
pub(crate) struct Passed {
    pub(crate) ordering: Option<Vec<(String, bool)>>,
    pub(crate) indexes: Option<Vec<PassedIndex>>,
    pub(crate) unique_keys: Option<Vec<PassedIndex>>,
    pub(crate) checks: Option<Vec<PassedExpr>>,
}

/// An index, by the names of fields.
pub(crate) struct PassedIndex {
    pub(crate) unique: bool,
    pub(crate) parts: Vec<PassedPart>,
    pub(crate) condition: Option<PassedExpr>,
    /// The variant of `IndexMethod`, if it is not the usual one.
    pub(crate) method: Option<&'static str>,
    pub(crate) op_class: Option<String>,
    pub(crate) include: Vec<String>,
}

/// A part of an index.
pub(crate) struct PassedPart {
    pub(crate) of: PassedOf,
    pub(crate) descending: bool,
}

/// What a part of an index is over.
pub(crate) enum PassedOf {
    Field(String),
    Expr(PassedExpr),
}

/// An expression over fields that are named with their types: `|likes: i32| likes.ge(0)`.
pub(crate) struct PassedExpr {
    pub(crate) fields: Vec<(Ident, Type)>,
    pub(crate) body: Expr,
}

impl Passed {
    fn read(ctxt: &Ctxt, attr: &MetaAttr) -> Self {
        let ordering = attr.ordering.value().map(|parts| {
            parts.iter().map(|part| (part.field.unraw().to_string(), part.descending)).collect()
        });
        let listed = |together: bool| {
            let indexes = attr.indexes.iter().filter(|index| index.together == together);
            indexes.map(|index| PassedIndex::read(ctxt, index)).collect::<Vec<_>>()
        };
        let checks: Vec<_> =
            attr.checks.iter().filter_map(|check| PassedExpr::read(ctxt, &check.condition)).collect();
        let none = |setting: &str| attr.none.iter().any(|(_, none)| *none == setting);
        fn some<T>(list: Vec<T>, none: bool) -> Option<Vec<T>> {
            (none || !list.is_empty()).then_some(list)
        }
        Self {
            ordering: ordering.or_else(|| none("ordering").then(Vec::new)),
            indexes: some(listed(false), none("index")),
            unique_keys: some(listed(true), none("unique_together")),
            checks: some(checks, none("check")),
        }
    }
}

impl PassedIndex {
    fn read(ctxt: &Ctxt, index: &Index) -> Self {
        let parts = index.parts.iter().filter_map(|part| {
            let of = match &part.of {
                PartOf::Field(..) => PassedOf::Field(part.written()),
                PartOf::Expr(expr) => PassedOf::Expr(PassedExpr::read(ctxt, expr)?),
            };
            Some(PassedPart { of, descending: part.descending })
        });
        let include = index.include.value().into_iter().flatten();
        Self {
            unique: index.unique,
            parts: parts.collect(),
            condition: index.condition.value().and_then(|expr| PassedExpr::read(ctxt, expr)),
            method: index.method.value().map(|method| method.variant).filter(|variant| *variant != "BTree"),
            op_class: index.op_class.value().cloned(),
            include: include.map(|ident| ident.unraw().to_string()).collect(),
        }
    }
}

impl PassedExpr {
    fn read(ctxt: &Ctxt, expr: &Expr) -> Option<Self> {
        let read = || {
            let Expr::Closure(closure) = expr else { return None };
            let field = |pat: &Pat| match pat {
                Pat::Type(typed) => match &*typed.pat {
                    Pat::Ident(ident) => Some((ident.ident.clone(), (*typed.ty).clone())),
                    _ => None,
                },
                _ => None,
            };
            let fields = closure.inputs.iter().map(field).collect::<Option<Vec<_>>>()?;
            (!fields.is_empty()).then(|| Self { fields, body: (*closure.body).clone() })
        };
        let found = read();
        if found.is_none() {
            ctxt.error(
                expr.span(),
                "a `Meta` has no fields: name those of the models, with their types, as in `|likes: i32| likes.ge(0)`",
            );
        }
        found
    }
}

impl Meta {
    pub(crate) fn read(ctxt: &Ctxt, input: DeriveInput) -> Self {
        refuse_generics(ctxt, &input, "a `Meta`");
        let attr = MetaAttr::read(ctxt, &input.attrs);
        check::passed_on(ctxt, &attr);
        let passed = Passed::read(ctxt, &attr);
        if let Some(parent) = attr.extends.get()
            && parent.value.is_ident(&input.ident)
        {
            ctxt.error(
                parent.span,
                format_args!("`{}` cannot extend itself: write another type", input.ident),
            );
        }
        Self {
            krate: crate_path(attr.krate.value()),
            settings: Settings {
                database: attr.database.value().map(database),
                replicas: attr.replicas.value().map(|replicas| replicas.iter().map(database).collect()),
                schema: attr.schema.value().cloned(),
                prefix: attr.table_prefix.value().cloned(),
                app: attr.app.value().cloned(),
                naming: attr.naming.value().copied().unwrap_or_default(),
            },
            extends: attr.extends.value().cloned(),
            passed,
            vis: input.vis,
            primary_key: attr.primary_key.value().cloned(),
            ident: input.ident,
        }
    }
}
