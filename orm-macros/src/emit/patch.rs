//! `XPatch`: what an update changes.

use proc_macro2::TokenStream;
use quote::quote;

use super::embed::{bounds, part, place};
use super::new::{parameter, path_text, serde_container};
use super::{debug, documented, lints};
use crate::ir::{Field, Model};

/// The struct. It stands beside the model, so it names the run time by its full path.
pub(super) fn item(model: &Model) -> TokenStream {
    let (vis, patch, krate) = (&model.vis, &model.patch_ident, &model.krate);
    let (lints, derives) = (lints(), debug::derives(model, &model.patch_derives));
    let doc = format!("What an update of a `{}` changes: what is `None` stays.", model.ident);
    // Told apart: a field that is absent stays, one that is null becomes NULL.
    let given = path_text(quote!(#krate::private::given));
    let serde = model.serde.then(|| {
        let container = serde_container(krate);
        quote!(#container #[serde(default)])
    });
    let serde_field = model.serde.then(|| quote!(#[serde(deserialize_with = #given)]));
    let fields = present(model).map(|field| {
        let (ident, ty) = (&field.ident, field.given(&quote!(#krate::private)));
        let docs = documented(&field.docs, &field.fallback_doc());
        quote!(#docs #serde_field pub #ident: #krate::private::Option<#ty>)
    });
    let embeds = bounds(model, &quote!(#krate::private));
    quote! {
        #[doc = #doc]
        #derives
        #serde
        #lints
        #vis struct #patch #embeds {
            #(#fields),*
        }
    }
}

/// The implementations of `Default` and `Patch`, and setters if they are asked for.
pub(super) fn impls(model: &Model) -> TokenStream {
    let (ident, patch) = (&model.ident, &model.patch_ident);
    let nothing = present(model).map(|field| {
        let ident = &field.ident;
        quote!(#ident: __orm::None)
    });
    let changes = (0_usize..).zip(&model.fields).filter(|(_, field)| field.in_patch).map(|(at, field)| {
        let (ident, ty) = (&field.ident, &field.ty);
        let push = if field.embed.is_some() {
            let (base, part) = (field.base(), part(model, at));
            let value = if field.shape.nullable() { quote!(__value) } else { quote!(__orm::Some(__value)) };
            quote!(__orm::embed_changes::<#base>(#part, #value, __out);)
        } else {
            let place = place(model, at);
            quote!(__out.push((&__FIELDS[#place], <#ty as __orm::FieldType>::into_field_value(__value)));)
        };
        quote! {
            if let __orm::Some(__value) = self.#ident {
                #push
            }
        }
    });
    let embeds = bounds(model, &quote!(__orm));
    let setters = model.patch_setters.then(|| {
        let setters = present(model).map(setter);
        quote! {
            #[automatically_derived]
            impl #patch #embeds {
                #(#setters)*
            }
        }
    });
    let debug = debug::is_own(model, &model.patch_derives)
        .then(|| debug::implementation(model, patch, present(model)));
    quote! {
        #debug

        #[automatically_derived]
        impl __orm::Default for #patch #embeds {
            fn default() -> Self {
                Self { #(#nothing),* }
            }
        }

        #[automatically_derived]
        impl __orm::Patch<#ident> for #patch #embeds {
            fn values(self, __out: &mut __orm::Vec<(&'static __orm::Field, __orm::Value)>) {
                #(#changes)*
            }
        }

        #setters
    }
}

/// The fields that an update may change.
fn present(model: &Model) -> impl Iterator<Item = &Field> {
    model.fields.iter().filter(|field| field.in_patch)
}

fn setter(field: &Field) -> TokenStream {
    let ident = &field.ident;
    let docs = documented(&field.docs, &field.fallback_doc());
    let (parameter, value) = parameter(field);
    quote! {
        #docs
        #[must_use]
        pub fn #ident(mut self, #ident: #parameter) -> Self {
            self.#ident = __orm::Some(#value);
            self
        }
    }
}
