//! How a model comes by the primary key of its `Meta`.
//!
//! The types that a model's derive makes depend on its key, and a derive sees no other type. So a `Meta` with a key exports
//! a macro under its own name and path, and the derive of a model that asks for the key hands the model to that macro, which
//! hands it on with the key. A model that does not ask is expanded at once, and a `Meta` without a key exports nothing.

use std::hash::{DefaultHasher, Hash, Hasher};

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Path, Visibility};

use crate::ir::Meta;

/// The macro of a `Meta` that has a key.
pub(super) fn to_models(meta: &Meta) -> Option<TokenStream> {
    let key = meta.primary_key.as_ref()?;
    let (ident, vis) = (&meta.ident, &meta.vis);
    // What is exported is found at the root of the crate, too, where two of one name would meet.
    let name = format_ident!("__orm_primary_key_of_{ident}_{:016x}", place(ident.span()));
    let export = matches!(vis, Visibility::Public(_)).then(|| quote!(#[macro_export]));
    Some(quote! {
        #[doc(hidden)]
        #[allow(non_local_definitions, unused_macros)]
        #export
        macro_rules! #name {
            ({ $($krate:tt)* } $($model:tt)*) => {
                $($krate)*::private::with_primary_key! { (#(#key),*) $($model)* }
            };
        }
        #[doc(hidden)]
        #[allow(unused_imports)]
        #vis use #name as #ident;
    })
}

/// What the derive of a model that asks for the key expands to.
pub(crate) fn ask(meta: &Path, krate: &TokenStream, model: &DeriveInput) -> TokenStream {
    quote_spanned!(meta.span()=> #meta! { { #krate } #model })
}

/// Where something stands, as a number: as good as unique in a crate.
fn place(span: Span) -> u64 {
    let mut hasher = DefaultHasher::new();
    // Tests of the expansion are in no compiler that could say.
    if proc_macro::is_available() {
        let span = span.unwrap();
        (span.file(), span.line(), span.column()).hash(&mut hasher);
    }
    hasher.finish()
}
