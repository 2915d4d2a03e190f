//! A struct and its settings as written, before any rule over several of them was applied.

use std::cell::Cell;

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Type, Visibility};

use crate::attr::field::FieldAttr;
use crate::attr::model::ModelAttr;
use crate::attr::{docs, misplaced};
use crate::ctxt::Ctxt;
use crate::ir::Shape;

/// What `#[derive(Model)]` stands on.
pub(crate) struct Input {
    pub(crate) purpose: Purpose,
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) docs: Vec<Attribute>,
    pub(crate) attr: ModelAttr,
    /// The key that its `Meta` gave it, because it asked for that.
    pub(crate) inherited_key: Option<Vec<Ident>>,
    pub(crate) fields: Vec<InputField>,
    /// Whether it is without parameters.
    pub(crate) plain: bool,
}

/// What a struct is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Model,
    Embed,
}

impl Purpose {
    /// In messages.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Model => "a model",
            Self::Embed => "an embedded struct",
        }
    }
}

/// A field of it.
pub(crate) struct InputField {
    pub(crate) ident: Ident,
    /// The name, `r#` removed.
    pub(crate) name: String,
    pub(crate) vis: Visibility,
    /// The type, with the model's name for `Self`.
    pub(crate) ty: Type,
    pub(crate) shape: Shape,
    pub(crate) docs: Vec<Attribute>,
    pub(crate) attr: FieldAttr,
    /// Whether one of its own settings is wrong.
    pub(crate) wrong: Cell<bool>,
}

impl InputField {
    /// The name of the field's constant.
    pub(crate) fn accessor(&self) -> &Ident {
        self.attr.accessor.value().unwrap_or(&self.ident)
    }

    /// The model that it refers to, by its type or by `references`.
    pub(crate) fn target(&self) -> Option<&Type> {
        self.shape.target().or_else(|| self.attr.references.value().map(|target| &target.model))
    }

    /// Whether it is an embedded struct.
    pub(crate) fn is_embed(&self) -> bool {
        self.attr.embed.is_given()
    }

    /// What its columns' names begin with.
    pub(crate) fn prefix(&self) -> String {
        self.attr.prefix.value().cloned().unwrap_or_else(|| format!("{}_", self.name))
    }

    /// Whether it is a foreign key to this model.
    pub(crate) fn is_reference_to(&self, model: &Ident) -> bool {
        matches!(self.shape.target(), Some(Type::Path(target)) if target.path.is_ident(model))
    }
}

impl Input {
    /// Reads a struct; `None` for what cannot be a model, which is reported.
    pub(crate) fn read(ctxt: &Ctxt, input: DeriveInput, purpose: Purpose) -> Option<Self> {
        let mut attr = match purpose {
            Purpose::Model => ModelAttr::read(ctxt, &input.attrs),
            Purpose::Embed => crate::attr::embed::read(ctxt, &input.attrs),
        };
        for key in &mut attr.foreign_keys {
            let target = without_self(key.target.to_token_stream(), &input.ident);
            key.target = syn::parse2(target).unwrap_or_else(|_| key.target.clone());
        }
        misplaced(
            ctxt,
            &input.attrs,
            "field",
            match purpose {
                Purpose::Model => "`#[field(..)]` belongs on a field: write `#[model(..)]` on the struct",
                Purpose::Embed => "`#[field(..)]` belongs on a field: write `#[embed(..)]` on the struct",
            },
        );
        refuse_generics(ctxt, &input, purpose.words());
        let fields = named_fields(ctxt, &input, purpose)?
            .into_iter()
            .filter_map(|field| InputField::read(ctxt, field, &input.ident))
            .collect();
        let docs = docs(&input.attrs);
        let plain = input.generics.params.is_empty();
        Some(Self {
            purpose,
            ident: input.ident,
            vis: input.vis,
            docs,
            attr,
            inherited_key: None,
            fields,
            plain,
        })
    }

    /// The position of the field of this name.
    pub(crate) fn position(&self, name: &Ident) -> Option<usize> {
        let name = name.unraw();
        self.fields.iter().position(|field| name == field.name.as_str())
    }
}

impl InputField {
    fn read(ctxt: &Ctxt, field: syn::Field, model: &Ident) -> Option<Self> {
        let ident = field.ident?;
        let before = ctxt.count();
        misplaced(
            ctxt,
            &field.attrs,
            "model",
            "`#[model(..)]` belongs on the struct: write `#[field(..)]` on a field",
        );
        // Only `Self` is replaced, so that what was a type is one again.
        let own = |ty: &Type| syn::parse2(without_self(ty.to_token_stream(), model)).ok();
        let ty = own(&field.ty).unwrap_or(field.ty);
        let mut attr = FieldAttr::read(ctxt, &field.attrs);
        if let Some(target) = attr.references.value_mut()
            && let Some(model) = own(&target.model)
        {
            target.model = model;
        }
        Some(Self {
            name: ident.unraw().to_string(),
            shape: Shape::of(&ty),
            docs: docs(&field.attrs),
            attr,
            vis: field.vis,
            ty,
            ident,
            wrong: Cell::new(ctxt.count() > before),
        })
    }
}

/// The fields of a struct with named ones; anything else is reported.
fn named_fields(
    ctxt: &Ctxt,
    input: &DeriveInput,
    purpose: Purpose,
) -> Option<impl IntoIterator<Item = syn::Field> + use<>> {
    let (span, found) = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(fields.named.clone()),
            Fields::Unnamed(_) => (input.ident.span(), "a tuple struct"),
            Fields::Unit => (input.ident.span(), "a unit struct"),
        },
        Data::Enum(data) => (data.enum_token.span, "an enum"),
        Data::Union(data) => (data.union_token.span, "a union"),
    };
    let name = &input.ident;
    ctxt.error(
        span,
        format_args!(
            "{} is a struct with named fields, not {found}: write `struct {name} {{ id: i64, .. }}`",
            purpose.words()
        ),
    );
    None
}

/// Refuses type, lifetime and const parameters.
pub(crate) fn refuse_generics(ctxt: &Ctxt, input: &DeriveInput, what: &str) {
    for parameter in &input.generics.params {
        let (span, kind) = match parameter {
            syn::GenericParam::Lifetime(lifetime) => (lifetime.lifetime.span(), "lifetimes"),
            syn::GenericParam::Type(ty) => (ty.ident.span(), "type parameters"),
            syn::GenericParam::Const(constant) => (constant.ident.span(), "const parameters"),
        };
        ctxt.error(
            span,
            format_args!(
                "{what} has no {kind}: write `struct {}` with types that own their data",
                input.ident
            ),
        );
    }
}

/// The tokens with `model` for `Self`, which means something else where they are used.
pub(crate) fn without_self(tokens: TokenStream, model: &Ident) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(ident) if ident == "Self" => {
                let mut model = model.clone();
                model.set_span(ident.span());
                TokenTree::Ident(model)
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_self(group.stream(), model));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        })
        .collect()
}
