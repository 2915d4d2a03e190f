//! From a model to its expansion. Reads `ir`, and nothing of what the user wrote as an attribute.
//!
//! Generated code names the run time only as `__orm`, which is `orm::private`; all of it but the two generated
//! structs stands in an anonymous constant, so that no name of it meets a name of the user.

mod assert;
mod between;
mod column_type;
mod columns;
mod debug;
mod decode;
mod embed;
mod embedded;
mod enumeration;
mod foreign_key;
mod inherited;
mod meta;
mod metadata;
mod new;
mod newtype;
mod passed_key;
mod patch;
mod projection;
mod register;
mod relation;
mod schema;
mod validate;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Attribute;

use crate::ir::Model;

pub(crate) use embedded::embed;
pub(crate) use enumeration::enumeration;
pub(crate) use meta::meta;
pub(crate) use newtype::newtype;
pub(crate) use passed_key::ask;
pub(crate) use projection::projection;

/// The expansion of `#[derive(Model)]`.
pub(crate) fn model(model: &Model) -> TokenStream {
    let lints = lints();
    let krate = &model.krate;
    let structs = [new::item(model), patch::item(model)];
    let parts = [
        assert::emit(model),
        metadata::emit(model),
        decode::emit(model),
        columns::emit(model),
        relation::emit(model),
        new::impls(model),
        patch::impls(model),
        register::emit(),
    ];
    let between = between::items(model);
    quote! {
        #(#structs)*
        #between
        #[doc(hidden)]
        #lints
        const _: () = {
            use #krate::private as __orm;
            #(#parts)*
        };
    }
}

/// Lints that a program may have turned on, and that say nothing about generated code.
fn lints() -> TokenStream {
    quote! {
        #[allow(
            clippy::all, clippy::pedantic, dead_code, deprecated, missing_copy_implementations,
            missing_debug_implementations, non_local_definitions, non_upper_case_globals, private_bounds, private_interfaces,
            unreachable_pub, unused_qualifications
        )]
    }
}

/// The doc comment, or `fallback` where there is none: a program may demand one.
fn documented(docs: &[Attribute], fallback: &str) -> TokenStream {
    if docs.is_empty() {
        quote!(#[doc = #fallback])
    } else {
        docs.iter().map(ToTokens::to_token_stream).collect()
    }
}

/// An `Option` in generated code.
fn option<T: ToTokens>(value: Option<T>) -> TokenStream {
    match value {
        Some(value) => quote!(__orm::Some(#value)),
        None => quote!(__orm::None),
    }
}
