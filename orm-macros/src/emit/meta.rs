//! The expansion of `#[derive(Meta)]`.

use proc_macro2::TokenStream;
use quote::quote;

use super::{lints, metadata};
use crate::ir::Meta;

pub(crate) fn meta(meta: &Meta) -> TokenStream {
    let (lints, krate, ident) = (lints(), &meta.krate, &meta.ident);
    let settings = metadata::settings(&meta.settings);
    let parent = meta.extends.as_ref().map(|parent| quote!(.extends(<#parent as __orm::Meta>::DEF)));
    quote! {
        #[doc(hidden)]
        #lints
        const _: () = {
            use #krate::private as __orm;
            #[automatically_derived]
            impl __orm::Meta for #ident {
                const DEF: __orm::MetaDef = #settings #parent;
            }
        };
    }
}
