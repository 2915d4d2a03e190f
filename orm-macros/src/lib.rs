//! The derives of the `orm` crate, which re-exports them: depend on `orm`, not on this crate.

#![deny(missing_docs)]

mod attr;
mod check;
mod ctxt;
mod emit;
mod expand;
mod input;
mod ir;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

// Its example needs `orm`: the package of the tests compiles it.
#[cfg_attr(not(doctest), doc = include_str!("../docs/model.md"))]
#[proc_macro_derive(Model, attributes(model, field))]
pub fn model(input: TokenStream) -> TokenStream {
    finish(expand::model(input.into()))
}

#[cfg_attr(not(doctest), doc = include_str!("../docs/embed.md"))]
#[proc_macro_derive(Embed, attributes(embed, field))]
pub fn embed(input: TokenStream) -> TokenStream {
    finish(expand::embed(input.into()))
}

#[cfg_attr(not(doctest), doc = include_str!("../docs/meta.md"))]
#[proc_macro_derive(Meta, attributes(meta))]
pub fn meta(input: TokenStream) -> TokenStream {
    finish(expand::meta(input.into()))
}

// Its example needs `orm`: the package of the tests compiles it.
#[cfg_attr(not(doctest), doc = include_str!("../docs/db_enum.md"))]
#[proc_macro_derive(DbEnum, attributes(db_enum))]
pub fn db_enum(input: TokenStream) -> TokenStream {
    finish(expand::db_enum(input.into()))
}

// Its example needs `orm`: the package of the tests compiles it.
#[cfg_attr(not(doctest), doc = include_str!("../docs/db_type.md"))]
#[proc_macro_derive(DbType, attributes(db_type))]
pub fn db_type(input: TokenStream) -> TokenStream {
    finish(expand::db_type(input.into()))
}

/// The expansion, or the errors; printed where `ORM_MACROS_DEBUG=1` asks for it.
// Its example needs `orm`: the package of the tests compiles it.
#[cfg_attr(not(doctest), doc = include_str!("../docs/projection.md"))]
#[proc_macro_derive(Projection, attributes(projection, field))]
pub fn projection(input: TokenStream) -> TokenStream {
    finish(expand::projection(input.into()))
}

/// Called by expansions alone: a model behind the primary key that its `Meta` gave it.
#[doc(hidden)]
#[proc_macro]
pub fn with_primary_key(input: TokenStream) -> TokenStream {
    finish(expand::with_primary_key(input.into()))
}

fn finish(expansion: Result<proc_macro2::TokenStream, expand::Refused>) -> TokenStream {
    let tokens = expansion.unwrap_or_else(|refused| {
        let mut tokens = refused.errors.into_compile_error();
        tokens.extend(refused.rest);
        tokens
    });
    if std::env::var_os("ORM_MACROS_DEBUG").is_some_and(|value| value == "1") {
        eprintln!("{tokens}");
    }
    tokens.into()
}
