//! The expansion of `#[derive(Meta)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::{lints, metadata};
use crate::ir::{Meta, generated_at};

pub(crate) fn meta(meta: &Meta) -> TokenStream {
    let (lints, krate, ident) = (lints(), &meta.krate, &meta.ident);
    let settings = metadata::settings(&meta.settings);
    let parent = meta.extends.as_ref().map(|parent| quote!(.extends(<#parent as __orm::Meta>::DEF)));
    // At the parent, so that the compiler shows the way of a cycle.
    let span = generated_at(meta.extends.as_ref().map_or_else(|| ident.span(), Spanned::span));
    let def = quote_spanned!(span=> const DEF: __orm::MetaDef = #settings #parent;);
    quote! {
        #[doc(hidden)]
        #lints
        const _: () = {
            use #krate::private as __orm;
            #[automatically_derived]
            impl __orm::Meta for #ident {
                #def
            }
        };
    }
}
