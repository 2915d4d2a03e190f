//! The expansion of `#[derive(DbType)]`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::{column_type, lints};
use crate::ir::{Newtype, generated_at};

pub(crate) fn newtype(newtype: &Newtype) -> TokenStream {
    let (lints, krate, ident) = (lints(), &newtype.krate, &newtype.ident);
    let (member, ty) = (&newtype.member, &newtype.ty);
    let common = column_type::emit(ident);
    let name = syn::ext::IdentExt::unraw(ident).to_string();
    let refused = format!("a value that `{name}` refuses");
    // At the setting, so that a missing `TryFrom` is reported there.
    let made_of = |span| {
        let made = quote_spanned!(generated_at(span)=> <#ident as __orm::MadeOf<#ty>>::made);
        quote! {
            match #made(__value) {
                __orm::Some(__value) => __orm::Ok(__value),
                __orm::None => __orm::Err(__row.mismatch(#name, #refused)),
            }
        }
    };
    let made = match newtype.try_from {
        Some(span) => made_of(span),
        None => quote!(__orm::Ok(Self { #member: __value })),
    };
    let made_option = match newtype.try_from {
        Some(span) => {
            let made = made_of(span);
            quote! {
                match __value {
                    __orm::None => __orm::Ok(__orm::None),
                    __orm::Some(__value) => __orm::Result::map(#made, __orm::Some),
                }
            }
        }
        None => quote!(__orm::Ok(__value.map(|__value| Self { #member: __value }))),
    };
    // At the type, so that one that is no column type is reported there, and once.
    let no_reference = quote_spanned! {generated_at(ty.span())=>
        const _: () = __orm::assert!(
            !<#ty as __orm::FieldType>::REFERENCE,
            "a foreign key is a type of its own: write it as the type of the model's field"
        );
    };
    quote! {
        #[doc(hidden)]
        #lints
        const _: () = {
            use #krate::private as __orm;

            #no_reference

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::Decode for #ident {
                const IS_ELEMENT: __orm::bool = true;

                fn decode(__row: &mut __orm::Cursor<'_>) -> __orm::Result<Self> {
                    let __value = <#ty as __orm::FieldType>::read(__row)?;
                    #made
                }

                fn decode_nullable(__row: &mut __orm::Cursor<'_>) -> __orm::Result<__orm::Option<Self>> {
                    let __value = <#ty as __orm::FieldType>::read_nullable(__row)?;
                    #made_option
                }
            }

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::DbValue for #ident
            where
                for<'__a> #ident: __orm::Clone,
            {
                type Selected = Self;
                const TYPES: &'static [__orm::Type] = <#ty as __orm::FieldType>::TYPES;

                fn to_value(&self) -> __orm::Value {
                    <#ty as __orm::FieldType>::field_value(&self.#member)
                }

                fn to_selected(&self) -> Self {
                    __orm::Clone::clone(self)
                }

                fn into_value(self) -> __orm::Value {
                    <#ty as __orm::FieldType>::into_field_value(self.#member)
                }
            }

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::Text for #ident
            where
                for<'__a> #ident: __orm::Clone,
                for<'__a> #ty: __orm::Text,
            {
            }

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::ArrayElement for #ident
            where
                for<'__a> #ident: __orm::Clone,
                for<'__a> #ty: __orm::ArrayElement,
            {
            }

            #common
        };
    }
}
