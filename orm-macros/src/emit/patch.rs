//! `XPatch`: what an update changes.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::embed::{bounds, part, place};
use super::new::{parameter_of, path_text, serde_container};
use super::{debug, documented, lints};
use crate::ir::{Field, InNew, Model};

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
        let (ident, ty) = (&field.ident, field.changed(&quote!(#krate::private)));
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

/// What the struct of a model can do.
pub(super) fn impls(model: &Model) -> TokenStream {
    let (ident, patch) = (&model.ident, &model.patch_ident);
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
    let (methods, embeds) = (methods(model), bounds(model, &quote!(__orm)));
    quote! {
        #methods

        #[automatically_derived]
        impl __orm::Patch<#ident> for #patch #embeds {
            fn values(self, __out: &mut __orm::Vec<(&'static __orm::Field, __orm::Value)>) {
                #(#changes)*
            }
        }
    }
}

/// What the struct of an embedded one can do; `new` is its `New…` struct, if it has one.
pub(super) fn embedded_impls(model: &Model, new: Option<&Ident>) -> TokenStream {
    let (ident, patch) = (&model.ident, &model.patch_ident);
    let (methods, embeds) = (methods(model), bounds(model, &quote!(__orm)));
    let of_whole = present(model).map(|field| {
        let ident = &field.ident;
        let value = converted(field, quote!(__whole.#ident));
        quote!(#ident: __orm::Some(#value))
    });
    let of_whole = quote!(Self { #(#of_whole),* });
    let of_new = new.map(|new| {
        let values = present(model).map(|field| {
            let ident = &field.ident;
            let value = match field.in_new {
                InNew::Absent => quote!(__orm::None),
                InNew::Insertable => quote!(__whole.#ident),
                InNew::Required | InNew::Optional => {
                    let value = converted(field, quote!(__whole.#ident));
                    quote!(__orm::Some(#value))
                }
            };
            quote!(#ident: #value)
        });
        (new, quote!(Self { #(#values),* }))
    });
    let conversions = std::iter::once((ident, of_whole)).chain(of_new).map(|(whole, value)| {
        quote! {
            #[automatically_derived]
            impl __orm::From<#whole> for #patch #embeds {
                fn from(__whole: #whole) -> Self {
                    #value
                }
            }

            #[automatically_derived]
            impl __orm::IntoNullable<#patch> for #whole #embeds {
                fn into_nullable(self) -> __orm::Option<#patch> {
                    __orm::Some(__orm::Into::into(self))
                }
            }
        }
    });
    quote! {
        #methods
        #(#conversions)*
    }
}

/// The changes of an embedded struct's fields, of the struct `__patch`: a call for each of its columns' fields.
pub(super) fn changes(model: &Model) -> TokenStream {
    let change = |field: &Field| {
        let (ident, ty, base) = (&field.ident, &field.ty, field.base());
        match (&field.embed, field.in_patch) {
            (None, false) => quote!(__out.skip();),
            (None, true) => quote! {
                __out.set_opt(__orm::Option::map(
                    __patch.#ident,
                    <#ty as __orm::FieldType>::into_field_value,
                ));
            },
            (Some(_), false) => quote!(__orm::embed_patch::<#base>(__orm::None, __out);),
            (Some(_), true) if field.shape.nullable() => {
                quote!(__orm::embed_patch::<#base>(__patch.#ident, __out);)
            }
            (Some(_), true) => quote! {
                __orm::embed_patch::<#base>(__orm::Option::map(__patch.#ident, __orm::Some), __out);
            },
        }
    };
    model.fields.iter().map(change).collect()
}

/// A value, or what an insert needs, as a change.
fn converted(field: &Field, value: TokenStream) -> TokenStream {
    match (&field.embed, field.shape.nullable()) {
        (None, _) => value,
        (Some(_), false) => quote!(__orm::Into::into(#value)),
        (Some(_), true) => quote!(__orm::Option::map(#value, __orm::Into::into)),
    }
}

/// `Default`, `Debug`, and setters if they are asked for.
fn methods(model: &Model) -> TokenStream {
    let patch = &model.patch_ident;
    let nothing = present(model).map(|field| {
        let ident = &field.ident;
        quote!(#ident: __orm::None)
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
    let (parameter, value) = parameter_of(field, &field.changed_base(&quote!(__orm)));
    quote! {
        #docs
        #[must_use]
        pub fn #ident(mut self, #ident: #parameter) -> Self {
            self.#ident = __orm::Some(#value);
            self
        }
    }
}
