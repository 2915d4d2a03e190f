//! `index(a, -b, name = "..", unique)` and `unique_together(a, b)`.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token};

use super::{Setting, slot::Slot};
use crate::ctxt::Ctxt;

/// An index or a unique key, as written.
pub(crate) struct Index {
    /// Where its setting's name stands.
    pub(crate) span: Span,
    pub(crate) parts: Vec<Part>,
    pub(crate) name: Option<String>,
    pub(crate) unique: bool,
}

/// A field of an index.
pub(crate) struct Part {
    pub(crate) field: Ident,
    pub(crate) descending: bool,
}

/// What stands between the parentheses.
enum Element {
    Part(Part),
    Name(Span, LitStr),
    Unique(Span),
}

impl Index {
    /// Reads `index(..)`, or `unique_together(..)` if `unique` is set from the start.
    pub(crate) fn read(ctxt: &Ctxt, setting: &Setting<'_>, together: bool) -> syn::Result<Self> {
        let mut index = Self { span: setting.span(), parts: Vec::new(), name: None, unique: together };
        let (mut name, mut unique) = (Slot::new("name"), Slot::new("unique"));
        for element in setting.list(element)? {
            match element {
                Element::Part(part) => {
                    if part.descending && together {
                        ctxt.error(
                            part.field.span(),
                            format_args!(
                                "a unique key has no order: write `{0}`, or `index(-{0}, .., unique)`",
                                part.field
                            ),
                        );
                    }
                    index.parts.push(part);
                }
                Element::Name(span, text) if text.value().is_empty() || text.value().len() > 63 => {
                    ctxt.error(text.span(), "a name has 1 to 63 bytes: write another one");
                    name.set(ctxt, span, String::new());
                }
                Element::Name(span, text) => name.set(ctxt, span, text.value()),
                Element::Unique(span) if together => {
                    ctxt.error(span, "`unique_together` is unique by itself: remove `unique`");
                }
                Element::Unique(span) => unique.set(ctxt, span, ()),
            }
        }
        index.name = name.value().cloned();
        index.unique |= unique.is_given();
        if index.parts.is_empty() {
            return Err(setting.usage_error(setting.span(), format_args!("`{}` names no field", setting.key)));
        }
        Ok(index)
    }
}

fn element(input: ParseStream<'_>) -> syn::Result<Element> {
    let descending = input.parse::<Option<Token![-]>>()?.is_some();
    let wrong = input.span();
    let field = input.call(Ident::parse_any).map_err(|_| {
        syn::Error::new(wrong, "expected the name of a field: write `a`, or `-a` for descending")
    })?;
    if !descending && field == "name" && input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        let wrong = input.span();
        return match input.parse() {
            Ok(text) => Ok(Element::Name(field.span(), text)),
            Err(_) => Err(syn::Error::new(wrong, "expected a text: write `name = \"a_b_ix\"`")),
        };
    }
    if !descending && field == "unique" {
        return Ok(Element::Unique(field.span()));
    }
    Ok(Element::Part(Part { field, descending }))
}
