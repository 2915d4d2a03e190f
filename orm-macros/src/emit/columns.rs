//! The accessors: `User::age`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::documented;
use crate::ir::{Model, generated_at};

pub(super) fn emit(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let constants = (0_usize..).zip(&model.fields).filter_map(|(at, field)| {
        let (vis, accessor, ty) = (&field.vis, field.accessor.as_ref()?, &field.ty);
        let docs = documented(&field.docs, &field.fallback_doc());
        // At the field, so that a clash with a method of the user's own is reported there.
        Some(quote_spanned! {generated_at(accessor.span())=>
            #docs
            #vis const #accessor: __orm::Column<#ident, #ty> = __orm::Column::new(&__FIELDS[#at]);
        })
    });
    quote! {
        #[automatically_derived]
        impl #ident {
            #(#constants)*
        }
    }
}
