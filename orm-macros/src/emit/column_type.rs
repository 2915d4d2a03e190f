//! What every column type is beside a value: a key, the right-hand side of a comparison.
//!
//! The crate `orm` has the same implementations for its own types. They stand here for each type, because a
//! blanket one would meet those.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;

use crate::ir::generated_at;

/// The implementations that do not depend on what the type is made of.
///
/// A bound with a lifetime of its own is asked of those who use the implementation, not here. So only what is a
/// key must be comparable and printable, and a missing `Clone` is one error, that of the assertion.
pub(super) fn emit(ident: &Ident) -> TokenStream {
    let clone = quote_spanned! {generated_at(ident.span())=>
        const _: () = __orm::a_column_type_is_clone::<#ident>();
    };
    quote! {
        #clone

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __orm::Single for #ident {}

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl __orm::Key for #ident
        where
            for<'__a> #ident: __orm::Clone + __orm::PartialEq + __orm::Debug,
        {
            const TYPES: &'static [__orm::Type] = <Self as __orm::DbValue>::TYPES;

            fn key_value(&self) -> __orm::Value {
                __orm::DbValue::to_value(self)
            }
        }

        #[automatically_derived]
        impl<__R: __orm::Model<Key = #ident>> __orm::From<#ident> for __orm::ForeignKey<__R> {
            fn from(__key: #ident) -> Self {
                Self::new(__key)
            }
        }

        #[automatically_derived]
        impl<__R: __orm::Model<Key = #ident>> __orm::IntoNullable<__orm::ForeignKey<__R>> for #ident {
            fn into_nullable(self) -> __orm::Option<__orm::ForeignKey<__R>> {
                __orm::Some(__orm::From::from(self))
            }
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<__M, __R: __orm::Model<Key = #ident>, __K: __orm::Kind>
            __orm::Operand<__M, __orm::ForeignKey<__R>, __K> for #ident
        where
            for<'__a> #ident: __orm::Clone,
        {
            type Lift<__T: __orm::FieldType> = __T;

            fn into_node(self) -> __orm::Node {
                __orm::Node::Value(__orm::DbValue::into_value(self))
            }
        }

        // So that the compiler does not show the one above in every message.
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<__M, __K: __orm::Kind> __orm::Operand<__M, __orm::Nothing, __K> for #ident
        where
            for<'__a> #ident: __orm::Clone,
        {
            type Lift<__T: __orm::FieldType> = __T;

            fn into_node(self) -> __orm::Node {
                __orm::Node::Value(__orm::DbValue::into_value(self))
            }
        }

        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl<__R: __orm::Model<Key = #ident>> __orm::ListOf<__orm::ForeignKey<__R>> for #ident {}
    }
}
