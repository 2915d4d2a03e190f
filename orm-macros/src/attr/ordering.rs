//! `ordering(-created_at, id)`.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token};

/// A part of an order, as written.
pub(crate) struct Part {
    pub(crate) field: Ident,
    pub(crate) descending: bool,
}

pub(super) fn part(input: ParseStream<'_>) -> syn::Result<Part> {
    let descending = input.parse::<Option<Token![-]>>()?.is_some();
    let wrong = input.span();
    let field = input.call(Ident::parse_any).map_err(|_| {
        syn::Error::new(wrong, "expected the name of a field: write `a`, or `-a` for descending")
    })?;
    if input.peek(Token![.]) {
        return Err(syn::Error::new(
            input.span(),
            "the order of a model is by its own fields, not by what is behind them: write the name of a field, or \
             `order_by` in the query",
        ));
    }
    Ok(Part { field, descending })
}
