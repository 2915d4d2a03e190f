//! The accessors: `User::age`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::documented;
use super::embed::{part, place};
use crate::ir::{Field, Model, generated_at};

pub(super) fn emit(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let constants = (0_usize..).zip(&model.fields).filter_map(|(at, field)| {
        let (vis, accessor, ty) = (&field.vis, field.accessor.as_ref()?, &field.ty);
        let docs = documented(&field.docs, &field.fallback_doc());
        // At the field, so that a clash with a method of the user's own is reported there.
        let column = match field.embed {
            None => {
                let place = place(model, at);
                quote!(new(&__FIELDS[#place]))
            }
            Some(_) => {
                let part = part(model, at);
                quote!(embed(#part))
            }
        };
        Some(quote_spanned! {generated_at(accessor.span())=>
            #docs
            #vis const #accessor: __orm::Column<#ident, #ty> = __orm::Column::#column;
        })
    });
    let (ident_vis, searches) = (&model.vis, (0_usize..).zip(&model.indexes));
    let searches = searches.filter_map(|(number, index)| {
        let accessor = index.full_text.as_ref()?;
        Some(quote_spanned! {generated_at(accessor.span())=>
            /// The full-text index.
            #ident_vis const #accessor: __orm::FullText<#ident> = __orm::FullText::new(#number);
        })
    });
    let relations = (0_usize..).zip(&model.fields).filter_map(|(at, field)| relation(model, at, field));
    let foreign_keys = super::foreign_key::accessors(model);
    quote! {
        #[automatically_derived]
        impl #ident {
            #(#constants)*
            #(#searches)*
            #(#relations)*
            #(#foreign_keys)*
        }
    }
}

/// The relation of a column that refers to a model by a type of its own: a foreign key where it refers to the
/// primary key, else something to follow.
fn relation(model: &Model, at: usize, field: &Field) -> Option<TokenStream> {
    let reference = field.reference.as_ref()?;
    let accessor = reference.relation.as_ref()?;
    let (ident, vis, target) = (&model.ident, &field.vis, &reference.target);
    let (own, place) = (&field.ty, place(model, at));
    let ty = match reference.to {
        Some(_) => quote!(__orm::Refers<#target, <#own as __orm::FieldType>::Base>),
        None => quote!(__orm::ForeignKey<#target>),
    };
    let ty = if field.shape.nullable() { quote!(__orm::Option<#ty>) } else { ty };
    let doc = format!("The row that `{}` refers to.", field.name);
    Some(quote_spanned! {generated_at(accessor.span())=>
        #[doc = #doc]
        #vis const #accessor: __orm::Column<#ident, #ty> = __orm::Column::new(&__FIELDS[#place]);
    })
}
