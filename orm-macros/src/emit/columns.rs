//! The accessors: `User::age`.

use proc_macro2::TokenStream;
use quote::quote;

use super::documented;
use crate::ir::Model;

pub(super) fn emit(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let constants = (0_usize..).zip(&model.fields).map(|(at, field)| {
        let (vis, accessor, ty) = (&field.vis, &field.accessor, &field.ty);
        let docs = documented(&field.docs, &field.fallback_doc());
        quote! {
            #docs
            #vis const #accessor: __orm::Column<#ident, #ty> = __orm::Column::new(&__FIELDS[#at]);
        }
    });
    quote! {
        #[automatically_derived]
        impl #ident {
            #(#constants)*
        }
    }
}
