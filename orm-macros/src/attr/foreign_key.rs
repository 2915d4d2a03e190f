//! `foreign_key(customer: Customer, fields(tenant, customer_id), references(tenant, id), on_delete = cascade,
//! related_name = orders)`.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token, Type, token};

use super::field::ACTIONS;
use super::slot::Slot;
use super::{Setting, suggest};
use crate::ctxt::Ctxt;
use crate::ir::Action;

/// A foreign key over fields, as written.
pub(crate) struct ForeignKey {
    pub(crate) name: Ident,
    pub(crate) target: Type,
    pub(crate) fields: Vec<Ident>,
    /// The fields of the target; its primary key without.
    pub(crate) references: Option<Vec<Ident>>,
    pub(crate) on_delete: Slot<Action>,
    pub(crate) on_update: Slot<Action>,
    pub(crate) related_name: Option<Ident>,
}

/// What stands between the parentheses.
enum Element {
    Relation(Ident, Box<Type>),
    Fields(Span, Vec<Ident>),
    References(Span, Vec<Ident>),
    OnDelete(Span, Action),
    OnUpdate(Span, Action),
    RelatedName(Span, Ident),
}

pub(super) const OPTIONS: [&str; 5] = ["fields", "references", "on_delete", "on_update", "related_name"];

impl ForeignKey {
    pub(crate) fn read(ctxt: &Ctxt, setting: &Setting<'_>) -> syn::Result<Self> {
        let mut relation: Option<(Ident, Box<Type>)> = None;
        let (mut fields, mut references) = (Slot::new("fields"), Slot::new("references"));
        let (mut on_delete, mut on_update) = (Slot::new("on_delete"), Slot::new("on_update"));
        let mut related_name = Slot::new("related_name");
        for element in setting.list(element)? {
            match element {
                Element::Relation(name, _) if relation.is_some() => ctxt.error(
                    name.span(),
                    format_args!("one relation each: write another `foreign_key({name}: ..)`"),
                ),
                Element::Relation(name, target) => relation = Some((name, target)),
                Element::Fields(span, list) => fields.set(ctxt, span, list),
                Element::References(span, list) => references.set(ctxt, span, list),
                Element::OnDelete(span, action) => on_delete.set(ctxt, span, action),
                Element::OnUpdate(span, action) => on_update.set(ctxt, span, action),
                Element::RelatedName(span, name) => related_name.set(ctxt, span, name),
            }
        }
        let Some((name, target)) = relation else {
            return Err(
                setting.usage_error(setting.span(), format_args!("`{}` names no relation", setting.key))
            );
        };
        let Some(fields) = fields.into_value() else {
            return Err(syn::Error::new(
                name.span(),
                format_args!("`{name}` needs the fields that hold the key: write `fields(a, b)`"),
            ));
        };
        Ok(Self {
            name,
            target: *target,
            fields,
            references: references.into_value(),
            on_delete,
            on_update,
            related_name: related_name.into_value(),
        })
    }
}

fn element(input: ParseStream<'_>) -> syn::Result<Element> {
    let wrong = input.span();
    let key = input.call(Ident::parse_any).map_err(|_| {
        syn::Error::new(
            wrong,
            "expected a relation, as in `customer: Customer`, or `fields`, `references`, `on_delete`, `on_update`, \
             `related_name`",
        )
    })?;
    if input.peek(Token![:]) {
        input.parse::<Token![:]>()?;
        let wrong = input.span();
        let target = input
            .parse()
            .map_err(|_| syn::Error::new(wrong, format_args!("expected a model: write `{key}: Model`")))?;
        return Ok(Element::Relation(key, Box::new(target)));
    }
    let list = |usage: &str| -> syn::Result<Vec<Ident>> {
        let usage =
            || syn::Error::new(key.span(), format_args!("`{key}` is a list of fields: write `{usage}`"));
        if !input.peek(token::Paren) {
            return Err(usage());
        }
        let fields = super::elements(input, |input| input.call(Ident::parse_any)).map_err(|_| usage())?;
        if fields.is_empty() { Err(usage()) } else { Ok(fields) }
    };
    let value = |usage: &str| -> syn::Result<Ident> {
        let usage = || syn::Error::new(key.span(), format_args!("`{key}` needs a name: write `{usage}`"));
        input.parse::<Token![=]>().map_err(|_| usage())?;
        input.call(Ident::parse_any).map_err(|_| usage())
    };
    match key.to_string().as_str() {
        "fields" => Ok(Element::Fields(key.span(), list("fields(tenant_id, customer_id)")?)),
        "references" => Ok(Element::References(key.span(), list("references(tenant_id, id)")?)),
        "on_delete" => Ok(Element::OnDelete(key.span(), action(&key, &value("on_delete = cascade")?)?)),
        "on_update" => Ok(Element::OnUpdate(key.span(), action(&key, &value("on_update = cascade")?)?)),
        "related_name" => Ok(Element::RelatedName(key.span(), value("related_name = orders")?)),
        other => {
            let hint = match suggest::nearest(other, OPTIONS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("a relation is `{other}: Model`"),
            };
            Err(syn::Error::new(key.span(), format_args!("`foreign_key` knows no `{other}`: {hint}")))
        }
    }
}

fn action(key: &Ident, word: &Ident) -> syn::Result<Action> {
    let name = word.unraw().to_string();
    if let Some((_, action)) = ACTIONS.iter().find(|(known, _)| *known == name) {
        return Ok(*action);
    }
    let words: Vec<_> = ACTIONS.iter().map(|(word, _)| *word).collect();
    let hint = match suggest::nearest(&name, words.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("expected one of `{}`", words.join("`, `")),
    };
    Err(syn::Error::new(word.span(), format_args!("`{key}` cannot be `{name}`: {hint}")))
}
