//! `Debug` of `NewX` and `XPatch` where a field is sensitive: a derive would show it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Path};

use crate::ir::{Field, Model};

/// Whether `Debug` is asked for, and not to be derived.
pub(super) fn is_own(model: &Model, derives: &[Path]) -> bool {
    model.fields.iter().any(|field| field.sensitive) && derives.iter().any(is_debug)
}

/// The derives that are left.
pub(super) fn derives(model: &Model, derives: &[Path]) -> TokenStream {
    let own = is_own(model, derives);
    let rest: Vec<_> = derives.iter().filter(|path| !(own && is_debug(path))).collect();
    if rest.is_empty() { TokenStream::new() } else { quote!(#[derive(#(#rest),*)]) }
}

/// The implementation, for a struct of these fields.
pub(super) fn implementation<'f>(
    model: &Model,
    of: &Ident,
    fields: impl Iterator<Item = &'f Field>,
) -> TokenStream {
    let embeds = super::embed::bounds(model, &quote!(__orm));
    let name = syn::ext::IdentExt::unraw(of).to_string();
    let fields = fields.map(|field| {
        let (ident, name) = (&field.ident, &field.name);
        if field.sensitive {
            quote!(.field(#name, &__orm::Redacted))
        } else {
            quote!(.field(#name, &self.#ident))
        }
    });
    quote! {
        #[automatically_derived]
        impl __orm::fmt::Debug for #of #embeds {
            fn fmt(&self, __f: &mut __orm::fmt::Formatter<'_>) -> __orm::fmt::Result {
                __f.debug_struct(#name)#(#fields)*.finish()
            }
        }
    }
}

fn is_debug(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident == "Debug")
}
