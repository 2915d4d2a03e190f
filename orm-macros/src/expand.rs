//! The derives as functions from tokens to tokens, as tests call them.

use proc_macro2::TokenStream;

use crate::ctxt::Ctxt;
use crate::input::Input;
use crate::{check, emit, ir};

/// `#[derive(Model)]`
pub(crate) fn model(input: TokenStream) -> syn::Result<TokenStream> {
    let input = syn::parse2(input)?;
    let ctxt = Ctxt::new();
    let checked = Input::read(&ctxt, input).map(|input| {
        let key = check::all(&ctxt, &input);
        (input, key)
    });
    ctxt.check()?;
    Ok(checked.map(|(input, key)| emit::model(&ir::model(input, key))).unwrap_or_default())
}

/// `#[derive(Meta)]`
pub(crate) fn meta(input: TokenStream) -> syn::Result<TokenStream> {
    let input = syn::parse2(input)?;
    let ctxt = Ctxt::new();
    let meta = ir::Meta::read(&ctxt, input);
    ctxt.check()?;
    Ok(emit::meta(&meta))
}
