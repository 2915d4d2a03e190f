//! The expansion of `#[derive(Embed)]`.

use proc_macro2::TokenStream;
use quote::quote;

use super::embed::bounds;
use super::{assert, columns, decode, lints, metadata, new, patch};
use crate::ir::{InNew, Model};

/// The expansion; what a model and an embedded struct have in common is that of a model.
pub(crate) fn embed(model: &Model) -> TokenStream {
    let (lints, krate) = (lints(), &model.krate);
    let new = has_new(model);
    let items = [new.then(|| new::item(model)), Some(patch::item(model))].into_iter().flatten();
    let parts = [
        assert::emit(model),
        metadata::fields(model, true),
        implementation(model, new),
        value(model),
        decode::implementation(
            model,
            &quote!(__orm::all_null(__row, <Self as __orm::Decode>::WIDTH)),
            &TokenStream::new(),
        ),
        columns::emit(model),
        patch::embedded_impls(model, new.then_some(&model.new_ident)),
    ];
    let new = new.then(|| new_impls(model));
    quote! {
        #(#items)*
        #[doc(hidden)]
        #lints
        const _: () = {
            use #krate::private as __orm;
            #(#parts)*
            #new
        };
    }
}

/// Whether an insert needs less than the whole struct.
fn has_new(model: &Model) -> bool {
    model.fields.iter().any(|field| {
        field.default.is_some()
            || field.embed.is_some()
            || matches!(field.in_new, InNew::Absent | InNew::Insertable)
    })
}

fn implementation(model: &Model, has_new: bool) -> TokenStream {
    let (ident, new, patch) = (&model.ident, &model.new_ident, &model.patch_ident);
    let new = if has_new { quote!(#new) } else { quote!(Self) };
    let changes = patch::changes(model);
    let values = model.fields.iter().map(|field| new::value(field, &quote!(__new)));
    let embeds = bounds(model, &quote!(__orm));
    quote! {
        #[automatically_derived]
        impl __orm::Embed for #ident #embeds {
            type New = #new;
            type Patch = #patch;
            const FIELDS: &'static [__orm::Field] = &__ALL;

            fn values(__new: Self::New, __out: &mut __orm::Values) {
                #(#values)*
            }

            fn changes(__patch: Self::Patch, __out: &mut __orm::Values) {
                #changes
            }
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __orm::Hop<#ident> for #ident {
            type Lift<__T: __orm::FieldType> = __T;
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __orm::Hop<#ident> for __orm::Option<#ident> {
            type Lift<__T: __orm::FieldType> = __T::Nullable;
        }
    }
}

/// The struct as the value of a column.
fn value(model: &Model) -> TokenStream {
    let (ident, embeds) = (&model.ident, bounds(model, &quote!(__orm)));
    let values = model.fields.iter().map(|field| {
        let (ident, ty, base) = (&field.ident, &field.ty, field.base());
        let value = quote!(<#ty as __orm::FieldType>::field_value(&self.#ident));
        match field.embed {
            Some(_) => quote!(__orm::push_parts::<#base>(#value, &mut __out);),
            None => quote!(__out.push(#value);),
        }
    });
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __orm::DbValue for #ident #embeds {
            type Selected = Self;
            const TYPES: &'static [__orm::Type] = &[];

            fn to_value(&self) -> __orm::Value {
                let mut __out = __orm::Vec::new();
                #(#values)*
                __orm::Value::Tuple(__out)
            }

            fn to_selected(&self) -> Self {
                __orm::Clone::clone(self)
            }
        }
    }
}

/// What the `New…` struct can do.
fn new_impls(model: &Model) -> TokenStream {
    let (ident, new) = (&model.ident, &model.new_ident);
    let (methods, embeds) = (new::methods(model), bounds(model, &quote!(__orm)));
    let default = new::present(model).all(|field| field.in_new != InNew::Required).then(|| {
        quote! {
            #[automatically_derived]
            impl __orm::Default for #new #embeds {
                fn default() -> Self {
                    Self::new()
                }
            }
        }
    });
    quote! {
        #methods
        #default

        #[automatically_derived]
        impl __orm::IntoNullable<#new> for #ident #embeds {
            fn into_nullable(self) -> __orm::Option<#new> {
                __orm::Some(__orm::Into::into(self))
            }
        }
    }
}
