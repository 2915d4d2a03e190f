//! A struct that a query gives instead of a model.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Expr, Fields, Ident, Path, Type};

use super::{crate_path, generated_at};
use crate::attr::misplaced;
use crate::attr::projection::{ProjectedAttr, ProjectionAttr};
use crate::ctxt::Ctxt;
use crate::input::refuse_generics;

/// A struct that a query gives instead of a model.
pub(crate) struct Projection {
    pub(crate) ident: Ident,
    /// The path to the crate `orm`.
    pub(crate) krate: TokenStream,
    pub(crate) model: Path,
    /// Whether it is what groups give, not rows.
    pub(crate) grouped: bool,
    pub(crate) fields: Vec<ProjectedField>,
}

/// A field of a projection.
pub(crate) struct ProjectedField {
    pub(crate) ident: Ident,
    /// The name, `r#` removed.
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) of: Projected,
}

/// What a field of a projection is of.
pub(crate) enum Projected {
    /// The column of its name.
    Column,
    Expr(Expr),
    /// The row that the foreign key leads to: that of the field's name, if none is given.
    Nested(Option<Expr>),
}

impl Projection {
    /// Reads a struct; `None` for what cannot be a projection, which is reported.
    pub(crate) fn read(ctxt: &Ctxt, input: DeriveInput) -> Option<Self> {
        let attr = ProjectionAttr::read(ctxt, &input.attrs);
        refuse_generics(ctxt, &input, "a projection");
        let name = &input.ident;
        let Some(fields) = named(&input) else {
            ctxt.error(
                name.span(),
                format_args!(
                    "a projection is a struct with named fields: write `struct {name} {{ id: i64, .. }}`"
                ),
            );
            return None;
        };
        if fields.named.is_empty() {
            ctxt.error(
                name.span(),
                format_args!("`{name}` has no fields: write those that the query is to give"),
            );
            return None;
        }
        let grouped = attr.grouped.is_given();
        let fields =
            fields.named.iter().filter_map(|field| ProjectedField::read(ctxt, field, grouped)).collect();
        let krate = crate_path(attr.krate.value());
        let Some(model) = attr.model.into_value() else {
            ctxt.error(
                name.span(),
                format_args!("which model is `{name}` of? write `#[projection(model = Post)]` on it"),
            );
            return None;
        };
        input.generics.params.is_empty().then_some(Self { ident: input.ident, krate, model, grouped, fields })
    }
}

fn named(input: &DeriveInput) -> Option<&syn::FieldsNamed> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Some(fields),
            Fields::Unnamed(_) | Fields::Unit => None,
        },
        Data::Enum(_) | Data::Union(_) => None,
    }
}

impl ProjectedField {
    fn read(ctxt: &Ctxt, field: &syn::Field, grouped: bool) -> Option<Self> {
        misplaced(
            ctxt,
            &field.attrs,
            "field",
            "`#[field(..)]` belongs on a field of a model: write `#[projection(expr = ..)]`",
        );
        let attr = ProjectedAttr::read(ctxt, &field.attrs);
        let ident = field.ident.clone()?;
        if let (Some(expr), Some(_)) = (attr.expr.span(), attr.nested.span()) {
            ctxt.error(
                expr,
                "a nested field has the columns of its own struct: remove `expr`, or remove `nested`",
            );
        }
        if let (true, Some(nested)) = (grouped, attr.nested.span()) {
            ctxt.error(
                nested,
                "groups have no related rows: remove `nested`, or take its columns as `expr = key(..)`",
            );
        }
        if grouped && !attr.expr.is_given() && !attr.nested.is_given() {
            ctxt.error(
                ident.span(),
                format_args!(
                    "of a group every field is a key or an aggregate: write `#[projection(expr = key(..))]` or `#[projection(expr = count_rows())]` on `{ident}`"
                ),
            );
        }
        let of = match (attr.expr.into_value(), attr.nested.into_value()) {
            (Some(expr), _) => Projected::Expr(expr),
            (None, Some(nested)) => Projected::Nested(nested),
            (None, None) => Projected::Column,
        };
        Some(Self { name: ident.unraw().to_string(), ident, ty: field.ty.clone(), of })
    }

    /// The foreign key of a nested field, which is a constant.
    pub(crate) fn nested(&self, model: &Path) -> Option<TokenStream> {
        match &self.of {
            Projected::Column | Projected::Expr(_) => None,
            Projected::Nested(Some(given)) => Some(given.to_token_stream()),
            Projected::Nested(None) => Some(self.column(model)),
        }
    }

    /// The column of the field's name.
    pub(crate) fn column(&self, model: &Path) -> TokenStream {
        let ident = &self.ident;
        quote::quote_spanned!(generated_at(ident.span())=> <#model>::#ident)
    }
}
