//! A struct of one field that is a column type.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Data, DeriveInput, Fields, Ident, Member, Type};

use super::{Kind, Shape, crate_path};
use crate::attr::db_type::DbTypeAttr;
use crate::ctxt::Ctxt;
use crate::input::refuse_generics;

/// A struct of one field that is a column type.
pub(crate) struct Newtype {
    pub(crate) ident: Ident,
    /// The path to the crate `orm`.
    pub(crate) krate: TokenStream,
    /// The field: `0` or a name.
    pub(crate) member: Member,
    pub(crate) ty: Type,
    /// Where it is said that it is made by `TryFrom`, which may refuse.
    pub(crate) try_from: Option<Span>,
}

impl Newtype {
    /// Reads a struct; `None` for what cannot be a newtype, which is reported.
    pub(crate) fn read(ctxt: &Ctxt, input: DeriveInput) -> Option<Self> {
        let attr = DbTypeAttr::read(ctxt, &input.attrs);
        refuse_generics(ctxt, &input, "a column type");
        let (member, ty) = only_field(ctxt, &input)?;
        let shape = Shape::of(&ty);
        let mut ok = input.generics.params.is_empty();
        if let Some(inner) = &shape.inner {
            let inner = inner.to_token_stream();
            ctxt.error(
                syn::spanned::Spanned::span(&ty),
                format_args!(
                    "a column type is never NULL: write `struct {0}({inner});`, and `Option<{0}>` for a field that may be",
                    input.ident
                ),
            );
            ok = false;
        }
        if matches!(shape.kind, Kind::Reference(_)) {
            ctxt.error(
                syn::spanned::Spanned::span(&ty),
                "a foreign key is a type of its own: write the `ForeignKey` as the type of the model's field",
            );
            ok = false;
        }
        ok.then_some(Self {
            krate: crate_path(attr.krate.value()),
            try_from: attr.try_from.span(),
            ident: input.ident,
            member,
            ty,
        })
    }
}

/// The one field of a struct; anything else is reported.
fn only_field(ctxt: &Ctxt, input: &DeriveInput) -> Option<(Member, Type)> {
    let name = &input.ident;
    let found = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Unit => "a unit struct",
            Fields::Named(_) | Fields::Unnamed(_) => {
                let mut fields = data.fields.members().zip(&data.fields);
                match (fields.next(), fields.next()) {
                    (Some((member, field)), None) => return Some((member, field.ty.clone())),
                    (Some(_), Some((_, second))) => {
                        ctxt.error(
                            syn::spanned::Spanned::span(second),
                            format_args!("a column type has one field: write `struct {name}(i64);`, or two fields in the model"),
                        );
                        return None;
                    }
                    (None, _) => "a struct without fields",
                }
            }
        },
        Data::Enum(data) => {
            ctxt.error(
                data.enum_token.span,
                format_args!("`DbType` is for structs of one field: write `#[derive(DbEnum)]` on `{name}`"),
            );
            return None;
        }
        Data::Union(_) => "a union",
    };
    ctxt.error(
        name.span(),
        format_args!("a column type is a struct of one field, not {found}: write `struct {name}(i64);`"),
    );
    None
}
