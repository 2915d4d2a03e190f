//! `db_type(postgres = "..", sqlite = "..")`: texts for backends.

use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token};

use super::{Setting, suggest};
use crate::ctxt::Ctxt;
use crate::ir::PerBackend;

/// The backends, as settings name them.
pub(super) const BACKENDS: [&str; 4] = ["sqlite", "postgres", "mysql", "mariadb"];

struct Element {
    name: Ident,
    text: LitStr,
}

/// Reads the texts. `all` is the name of what stands for the backends that are not named, if there is such.
pub(super) fn read(ctxt: &Ctxt, setting: &Setting<'_>, all: Option<&'static str>) -> syn::Result<PerBackend> {
    let mut texts = PerBackend::default();
    for Element { name, text } in setting.list(element)? {
        let word = name.unraw().to_string();
        let value = text.value();
        if value.trim().is_empty() || value.contains('\0') {
            ctxt.error(text.span(), "this text is empty: write what the database is to be told");
        } else if all == Some(word.as_str()) {
            if texts.all.is_some() {
                ctxt.error(name.span(), format_args!("`{word}` is given twice: remove one of them"));
            }
            texts.all = Some(value);
        } else if let Some(backend) = BACKENDS.into_iter().find(|known| *known == word) {
            if texts.some.iter().any(|(known, _)| *known == backend) {
                ctxt.error(name.span(), format_args!("`{word}` is given twice: remove one of them"));
            }
            texts.some.push((backend, value));
        } else {
            let known = BACKENDS.into_iter().chain(all);
            let hint = match suggest::nearest(&word, known.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it takes `{}`", known.collect::<Vec<_>>().join("`, `")),
            };
            ctxt.error(name.span(), format_args!("`{}` knows no `{word}`: {hint}", setting.key));
        }
    }
    Ok(texts)
}

fn element(input: ParseStream<'_>) -> syn::Result<Element> {
    let wrong = |span| syn::Error::new(span, "expected a backend and a text: write `postgres = \"..\"`");
    let span = input.span();
    let name = input.call(Ident::parse_any).map_err(|_| wrong(span))?;
    if !input.peek(Token![=]) {
        return Err(wrong(name.span()));
    }
    input.parse::<Token![=]>()?;
    let span = input.span();
    let text = input.parse().map_err(|_| wrong(span))?;
    Ok(Element { name, text })
}
