//! `many_to_many(tags: Tag, through = PostTag, through_fields(post, tag), related_name = posts)`.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token, Type, token};

use super::slot::Slot;
use super::{Setting, suggest};
use crate::ctxt::Ctxt;

/// A many-to-many relation, as written.
pub(crate) struct Many {
    pub(crate) name: Ident,
    pub(crate) target: Type,
    pub(crate) through: Option<Type>,
    pub(crate) fields: Option<(Ident, Ident)>,
    pub(crate) related_name: Option<Ident>,
    pub(crate) table: Option<String>,
}

/// What stands between the parentheses.
enum Element {
    Relation(Ident, Type),
    Through(Span, Type),
    Fields(Span, Ident, Ident),
    RelatedName(Span, Ident),
    Table(Span, LitStr),
}

pub(super) const OPTIONS: [&str; 4] = ["through", "through_fields", "related_name", "table"];

impl Many {
    pub(crate) fn read(ctxt: &Ctxt, setting: &Setting<'_>) -> syn::Result<Self> {
        let mut relation: Option<(Ident, Type)> = None;
        let (mut through, mut fields) = (Slot::new("through"), Slot::new("through_fields"));
        let (mut related_name, mut table) = (Slot::new("related_name"), Slot::new("table"));
        for element in setting.list(element)? {
            match element {
                Element::Relation(name, _) if relation.is_some() => ctxt.error(
                    name.span(),
                    format_args!("one relation each: write another `many_to_many({name}: ..)`"),
                ),
                Element::Relation(name, target) => relation = Some((name, target)),
                Element::Through(span, ty) => through.set(ctxt, span, ty),
                Element::Fields(span, from, to) => {
                    if from == to {
                        ctxt.error(
                            to.span(),
                            format_args!("`{to}` is one side: write another foreign key here"),
                        );
                    }
                    fields.set(ctxt, span, (from, to));
                }
                Element::RelatedName(span, name) => related_name.set(ctxt, span, name),
                Element::Table(span, name) if name.value().is_empty() || name.value().len() > 63 => {
                    ctxt.error(name.span(), "a name has 1 to 63 bytes: write another one");
                    table.set(ctxt, span, String::new());
                }
                Element::Table(span, name) => table.set(ctxt, span, name.value()),
            }
        }
        if let (Some(span), true) = (table.span(), through.is_given()) {
            ctxt.error(span, "the model between says which table it is: remove `table`");
        }
        if let (Some(span), false) = (fields.span(), through.is_given()) {
            ctxt.error(
                span,
                "the model between is made, with two foreign keys: remove `through_fields`, or write `through = Model`",
            );
        }
        let Some((name, target)) = relation else {
            return Err(
                setting.usage_error(setting.span(), format_args!("`{}` names no relation", setting.key))
            );
        };
        Ok(Self {
            name,
            target,
            through: through.value().cloned(),
            fields: fields.value().cloned(),
            related_name: related_name.value().cloned(),
            table: table.value().cloned(),
        })
    }
}

fn element(input: ParseStream<'_>) -> syn::Result<Element> {
    let wrong = input.span();
    let key = input.call(Ident::parse_any).map_err(|_| {
        syn::Error::new(
            wrong,
            "expected a relation, as in `tags: Tag`, or `through`, `related_name`, `table`",
        )
    })?;
    if input.peek(Token![:]) {
        input.parse::<Token![:]>()?;
        let wrong = input.span();
        let target = input
            .parse()
            .map_err(|_| syn::Error::new(wrong, format_args!("expected a model: write `{key}: Model`")))?;
        return Ok(Element::Relation(key, target));
    }
    let equals = |usage: &str| -> syn::Result<()> {
        match input.parse::<Token![=]>() {
            Ok(_) => Ok(()),
            Err(_) => {
                Err(syn::Error::new(key.span(), format_args!("`{key}` needs a value: write `{usage}`")))
            }
        }
    };
    match key.to_string().as_str() {
        "through" => {
            equals("through = PostTag")?;
            let wrong = input.span();
            let ty = input
                .parse()
                .map_err(|_| syn::Error::new(wrong, "expected a model: write `through = PostTag`"))?;
            Ok(Element::Through(key.span(), ty))
        }
        "through_fields" => {
            let usage = || {
                syn::Error::new(
                    key.span(),
                    "two foreign keys of the model between: write `through_fields(post, tag)`",
                )
            };
            if !input.peek(token::Paren) {
                return Err(usage());
            }
            let fields = super::elements(input, |input| input.call(Ident::parse_any))?;
            match <[Ident; 2]>::try_from(fields) {
                Ok([from, to]) => Ok(Element::Fields(key.span(), from, to)),
                Err(_) => Err(usage()),
            }
        }
        "related_name" => {
            equals("related_name = posts")?;
            let wrong = input.span();
            let name = input.call(Ident::parse_any).map_err(|_| {
                syn::Error::new(wrong, "expected a name, without quotes: write `related_name = posts`")
            })?;
            Ok(Element::RelatedName(key.span(), name))
        }
        "table" => {
            equals("table = \"posts_tags\"")?;
            let wrong = input.span();
            let name = input
                .parse()
                .map_err(|_| syn::Error::new(wrong, "expected a text: write `table = \"posts_tags\"`"))?;
            Ok(Element::Table(key.span(), name))
        }
        other => {
            let hint = match suggest::nearest(other, OPTIONS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("a relation is `{other}: Model`"),
            };
            Err(syn::Error::new(key.span(), format_args!("`many_to_many` knows no `{other}`: {hint}")))
        }
    }
}
