//! `index(a, -b, expr(..), where = .., method = "..", opclass = "..", include(c), name = "..", unique)` and
//! `unique_together(a, b)`.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, Ident, LitStr, Token, token};

use super::suggest::nearest;
use super::{Setting, elements, slot::Slot};
use crate::ctxt::Ctxt;
use crate::ir::expression_text;

/// An index or a unique key, as written.
pub(crate) struct Index {
    /// Where its setting's name stands.
    pub(crate) span: Span,
    pub(crate) parts: Vec<Part>,
    pub(crate) name: Option<String>,
    pub(crate) unique: bool,
    /// Whether it was written as `unique_together`.
    pub(crate) together: bool,
    /// The rows that are in it.
    pub(crate) condition: Slot<Expr>,
    /// How it is organised: one of [`METHODS`].
    pub(crate) method: Slot<&'static Method>,
    /// What it does with values.
    pub(crate) op_class: Slot<String>,
    /// Fields that are kept in it too.
    pub(crate) include: Slot<Vec<Ident>>,
    /// The accessor, if it is an index of words.
    pub(crate) full_text: Option<Ident>,
}

/// One part of an index.
pub(crate) struct Part {
    pub(crate) of: PartOf,
    pub(crate) descending: bool,
    pub(crate) span: Span,
}

/// What a part is over.
pub(crate) enum PartOf {
    /// A field; and the way on within an embedded struct, `city` of `shipping.city`.
    Field(Ident, Vec<Ident>),
    Expr(Expr),
}

impl Part {
    pub(crate) fn field(&self) -> Option<&Ident> {
        match &self.of {
            PartOf::Field(ident, _) => Some(ident),
            PartOf::Expr(_) => None,
        }
    }

    /// As it is written, spaces aside: `shipping.city`.
    pub(crate) fn written(&self) -> String {
        match &self.of {
            PartOf::Field(ident, within) => {
                let names = std::iter::once(ident).chain(within);
                names.map(|name| name.unraw().to_string()).collect::<Vec<_>>().join(".")
            }
            PartOf::Expr(expr) => format!("expr({})", expression_text(expr)),
        }
    }
}

/// How an index can be organised: as it is written, and the variant of `IndexMethod`.
pub(crate) struct Method {
    pub(crate) name: &'static str,
    pub(crate) variant: &'static str,
}

pub(super) const METHODS: &[Method] = &[
    Method { name: "btree", variant: "BTree" },
    Method { name: "hash", variant: "Hash" },
    Method { name: "gin", variant: "Gin" },
    Method { name: "gist", variant: "Gist" },
    Method { name: "spgist", variant: "SpGist" },
    Method { name: "brin", variant: "Brin" },
];

/// What stands between the parentheses.
enum Element {
    Part(Part),
    Name(Span, LitStr),
    Unique(Span),
    Where(Span, Expr),
    Method(Span, LitStr),
    OpClass(Span, LitStr),
    Include(Span, Vec<Ident>),
}

impl Index {
    /// One over nothing.
    pub(super) fn nothing(span: Span) -> Self {
        Self {
            span,
            parts: Vec::new(),
            name: None,
            unique: false,
            together: false,
            condition: Slot::new("where"),
            method: Slot::new("method"),
            op_class: Slot::new("opclass"),
            include: Slot::new("include"),
            full_text: None,
        }
    }

    /// Reads `index(..)`, or `unique_together(..)` if `unique` is set from the start.
    pub(crate) fn read(ctxt: &Ctxt, setting: &Setting<'_>, together: bool) -> syn::Result<Self> {
        let mut index = Self { unique: together, together, ..Self::nothing(setting.span()) };
        let (mut name, mut unique) = (Slot::new("name"), Slot::new("unique"));
        for element in setting.list(element)? {
            match element {
                Element::Part(part) => {
                    if part.descending && together {
                        let written = match &part.of {
                            PartOf::Field(..) => part.written(),
                            PartOf::Expr(_) => "expr(..)".to_owned(),
                        };
                        ctxt.error(
                            part.span,
                            format_args!(
                                "a unique key has no order: write `{written}`, or `index(-{written}, .., unique)`"
                            ),
                        );
                    }
                    index.parts.push(part);
                }
                Element::Name(span, text) if !is_name(&text) => {
                    ctxt.error(text.span(), WRONG_NAME);
                    name.set(ctxt, span, String::new());
                }
                Element::Name(span, text) => name.set(ctxt, span, text.value()),
                Element::Unique(span) if together => {
                    ctxt.error(span, "`unique_together` is unique by itself: remove `unique`");
                }
                Element::Unique(span) => unique.set(ctxt, span, ()),
                Element::Where(span, expr) => index.condition.set(ctxt, span, expr),
                Element::Method(span, text) => match method(&text) {
                    Ok(method) => index.method.set(ctxt, span, method),
                    Err(error) => ctxt.push(error),
                },
                Element::OpClass(span, text) if is_class(&text) => {
                    index.op_class.set(ctxt, span, text.value())
                }
                Element::OpClass(span, text) => {
                    ctxt.error(
                        text.span(),
                        "this names no operator class: write `opclass = \"jsonb_path_ops\"`",
                    );
                    index.op_class.set(ctxt, span, String::new());
                }
                Element::Include(span, fields) => index.include.set(ctxt, span, fields),
            }
        }
        index.name = name.value().cloned();
        index.unique |= unique.is_given();
        if index.parts.is_empty() {
            return Err(setting.usage_error(setting.span(), format_args!("`{}` names no field", setting.key)));
        }
        Ok(index)
    }

    /// Whether it is over fields as they are and all rows, in the way that every backend has.
    pub(crate) fn is_plain(&self) -> bool {
        let fields = self.parts.iter().all(|part| part.field().is_some());
        fields && !self.condition.is_given() && !self.is_special()
    }
}

impl Index {
    /// Whether it says something that not every index is.
    fn is_special(&self) -> bool {
        self.method.is_given()
            || self.op_class.is_given()
            || self.include.is_given()
            || self.full_text.is_some()
    }
}

/// Whether it may be the name of an operator class, with its schema perhaps.
fn is_class(text: &LitStr) -> bool {
    let text = text.value();
    let names: Vec<_> = text.split('.').collect();
    let is_name = |name: &&str| {
        (1..=63).contains(&name.len()) && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
    };
    names.len() <= 2 && names.iter().all(is_name)
}

pub(super) const WRONG_NAME: &str = "a name has 1 to 63 bytes: write another one";

/// Whether every backend takes it as a name.
pub(super) fn is_name(text: &LitStr) -> bool {
    (1..=63).contains(&text.value().len()) && !text.value().contains('\0')
}

fn method(text: &LitStr) -> syn::Result<&'static Method> {
    let name = text.value();
    if let Some(method) = METHODS.iter().find(|method| method.name == name) {
        return Ok(method);
    }
    let known = METHODS.iter().map(|method| method.name);
    let hint = match nearest(&name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write one of `{}`", known.collect::<Vec<_>>().join("`, `")),
    };
    Err(syn::Error::new(text.span(), format_args!("no index has the method `{name}`: {hint}")))
}

fn element(input: ParseStream<'_>) -> syn::Result<Element> {
    let descending = input.parse::<Option<Token![-]>>()?.is_some();
    let wrong = input.span();
    let word = input.call(Ident::parse_any).map_err(|_| {
        syn::Error::new(wrong, "expected the name of a field: write `a`, or `-a` for descending")
    })?;
    let span = word.span();
    if word == "expr" && input.peek(token::Paren) {
        let content;
        syn::parenthesized!(content in input);
        let expr = content.parse().map_err(|error| {
            syn::Error::new(error.span(), "expected an expression: write `expr(Model::a + Model::b)`")
        })?;
        return Ok(Element::Part(Part { of: PartOf::Expr(expr), descending, span }));
    }
    if !descending && word == "include" && input.peek(token::Paren) {
        let fields = elements(input, Ident::parse_any)?;
        if fields.is_empty() {
            return Err(syn::Error::new(span, "`include` names no field: write `include(a)`"));
        }
        return Ok(Element::Include(span, fields));
    }
    if !descending && input.peek(Token![=]) {
        let texts = [
            ("name", "name = \"a_b_ix\""),
            ("method", "method = \"gin\""),
            ("opclass", "opclass = \"jsonb_path_ops\""),
        ];
        for (name, usage) in texts {
            if word == name {
                input.parse::<Token![=]>()?;
                let wrong = input.span();
                let text = input
                    .parse()
                    .map_err(|_| syn::Error::new(wrong, format_args!("expected a text: write `{usage}`")))?;
                return Ok(match name {
                    "name" => Element::Name(span, text),
                    "method" => Element::Method(span, text),
                    _ => Element::OpClass(span, text),
                });
            }
        }
        if word == "where" {
            input.parse::<Token![=]>()?;
            let wrong = input.span();
            let expr = input.parse().map_err(|_| {
                syn::Error::new(wrong, "expected a condition: write `where = Model::field.eq(value)`")
            })?;
            return Ok(Element::Where(span, expr));
        }
        const KNOWN: [&str; 4] = ["name", "method", "opclass", "where"];
        let hint = match nearest(&word.to_string(), KNOWN) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it takes `{}`", KNOWN.join("`, `")),
        };
        return Err(syn::Error::new(span, format_args!("an index has no `{word}`: {hint}")));
    }
    if word == "where" {
        return Err(syn::Error::new(span, "expected a condition: write `where = Model::field.eq(value)`"));
    }
    if !descending && word == "unique" && !input.peek(Token![.]) {
        return Ok(Element::Unique(span));
    }
    let mut within = Vec::new();
    while input.parse::<Option<Token![.]>>()?.is_some() {
        let wrong = input.span();
        let inner = input.call(Ident::parse_any).map_err(|_| {
            syn::Error::new(
                wrong,
                format_args!("expected a field of the embedded struct: write `{word}.inner`"),
            )
        })?;
        within.push(inner);
    }
    Ok(Element::Part(Part { of: PartOf::Field(word, within), descending, span }))
}
