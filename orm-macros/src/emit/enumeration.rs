//! The expansion of `#[derive(DbEnum)]`.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::ext::IdentExt;

use super::{column_type, lints, option};
use crate::ir::{Enumeration, Stored};

pub(crate) fn enumeration(enumeration: &Enumeration) -> TokenStream {
    let (lints, krate, ident) = (lints(), &enumeration.krate, &enumeration.ident);
    let (name, stored, native) =
        (ident.unraw().to_string(), &enumeration.stored, option(enumeration.native.as_ref()));
    let variants: Vec<_> = enumeration.variants.iter().map(|(variant, _)| variant).collect();
    let count = variants.len();
    let defs = enumeration.variants.iter().map(|(variant, stored)| {
        let name = variant.unraw().to_string();
        let value = match stored {
            Stored::Text(text) => quote!(Text(#text)),
            Stored::Int(number) => {
                let digits = Literal::u64_unsuffixed(number.unsigned_abs());
                let sign = (*number < 0).then(|| quote!(-));
                quote!(Int(#sign #digits))
            }
        };
        quote!(__orm::EnumVariant { name: #name, value: __orm::EnumValue::#value })
    });
    let places = (0..count).map(Literal::usize_unsuffixed);
    let common = column_type::emit(ident);
    quote! {
        #[doc(hidden)]
        #lints
        const _: () = {
            use #krate::private as __orm;

            static __VARIANTS: [#ident; #count] = [#(#ident::#variants),*];
            static __ENUM: __orm::EnumDef = __orm::EnumDef {
                name: #name,
                stored: __orm::Type::#stored,
                native: #native,
                variants: &[#(#defs),*],
            };

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::Decode for #ident
            where
                for<'__a> #ident: __orm::Clone,
            {
                const IS_ELEMENT: __orm::bool = true;

                fn decode(__row: &mut __orm::Cursor<'_>) -> __orm::Result<Self> {
                    match <Self as __orm::Decode>::decode_nullable(__row)? {
                        __orm::Some(__value) => __orm::Ok(__value),
                        __orm::None => __orm::Err(__row.unexpected_null(#name)),
                    }
                }

                fn decode_nullable(__row: &mut __orm::Cursor<'_>) -> __orm::Result<__orm::Option<Self>> {
                    __orm::Ok(__row.variant(&__ENUM)?.and_then(|__at| __VARIANTS.get(__at).cloned()))
                }
            }

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::DbValue for #ident
            where
                for<'__a> #ident: __orm::Clone,
            {
                type Selected = Self;
                const TYPES: &'static [__orm::Type] = &[__orm::Type::Enum(&__ENUM)];

                fn to_value(&self) -> __orm::Value {
                    let __at = match self {
                        #(Self::#variants => #places),*
                    };
                    __orm::Value::Enum(&__ENUM, __at)
                }

                fn to_selected(&self) -> Self {
                    __orm::Clone::clone(self)
                }
            }

            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __orm::ArrayElement for #ident
            where
                for<'__a> #ident: __orm::Clone,
            {
            }

            #common
        };
    }
}
