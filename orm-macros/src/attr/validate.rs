//! `validate(length(min = 3), email)` and `validate = function`

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, Ident, LitStr, Path, Token, parenthesized};

use super::suggest::nearest;
use super::{Setting, drain};

/// A rule for the values of a field.
pub(crate) struct Rule {
    /// Where its name stands.
    pub(crate) span: Span,
    pub(crate) name: String,
    pub(crate) kind: RuleKind,
}

/// What a rule says.
pub(crate) enum RuleKind {
    /// A text of a sort: `email`.
    Text,
    /// A text with a part: `prefix("x")`.
    Part(LitStr),
    /// A regular expression that matches.
    Pattern(LitStr),
    /// How many characters, or bytes.
    Length { min: Option<Expr>, max: Option<Expr> },
    /// Between two bounds.
    Range { min: Option<Expr>, max: Option<Expr> },
    /// What a function accepts.
    Custom(Path),
}

/// Name and usage of each rule.
pub(super) const RULES: &[(&str, &str)] = &[
    ("length", "length(min = 3, max = 20)"),
    ("range", "range(min = 0, max = 100)"),
    ("email", "email"),
    ("url", "url"),
    ("ip", "ip"),
    ("ipv4", "ipv4"),
    ("ipv6", "ipv6"),
    ("ascii", "ascii"),
    ("alphanumeric", "alphanumeric"),
    ("pattern", "pattern(\"^[a-z]+$\")"),
    ("contains", "contains(\"@\")"),
    ("prefix", "prefix(\"+\")"),
    ("suffix", "suffix(\".rs\")"),
    ("custom", "custom(path::to::function)"),
];

/// Reads the setting.
pub(crate) fn read(setting: &Setting<'_>) -> syn::Result<Vec<Rule>> {
    if setting.input.peek(Token![=]) {
        let path = setting.path()?;
        return Ok(vec![Rule {
            span: setting.span(),
            name: "custom".to_owned(),
            kind: RuleKind::Custom(path),
        }]);
    }
    setting.list(rule)
}

fn rule(input: ParseStream<'_>) -> syn::Result<Rule> {
    let wrong = input.span();
    let ident = input
        .call(Ident::parse_any)
        .map_err(|_| syn::Error::new(wrong, "expected a rule: write `email`, `length(min = 3)`, .."))?;
    let name = ident.unraw().to_string();
    let Some((_, usage)) = RULES.iter().find(|(known, _)| *known == name) else {
        let known = RULES.iter().map(|(known, _)| *known);
        let usage = |near| RULES.iter().find(|(known, _)| *known == near).map_or("", |(_, usage)| *usage);
        let hint = match nearest(&name, known.clone()) {
            Some(near) => format!("did you mean `{}`?", usage(near)),
            None => format!("rules are `{}`", known.collect::<Vec<_>>().join("`, `")),
        };
        drain(input)?;
        return Err(syn::Error::new(ident.span(), format_args!("there is no rule `{name}`: {hint}")));
    };
    let usage_error = |span: Span, what: &str| syn::Error::new(span, format_args!("{what}: write `{usage}`"));
    let takes_nothing = !usage.contains('(');
    if takes_nothing {
        if input.peek(syn::token::Paren) {
            return Err(usage_error(input.span(), &format!("`{name}` takes no value")));
        }
        return Ok(Rule { span: ident.span(), name, kind: RuleKind::Text });
    }
    if !input.peek(syn::token::Paren) {
        return Err(usage_error(ident.span(), &format!("`{name}` needs a value in parentheses")));
    }
    let content;
    parenthesized!(content in input);
    let parsed = match name.as_str() {
        "length" | "range" => bounds(&content, &name),
        "custom" => content.parse().map(RuleKind::Custom),
        "pattern" => content.parse().map(RuleKind::Pattern),
        _ => content.parse().map(RuleKind::Part),
    };
    let kind = parsed
        .and_then(|kind| if content.is_empty() { Ok(kind) } else { Err(content.error("not expected here")) });
    let kind = kind.map_err(|error| {
        drop(drain(&content));
        usage_error(error.span(), &format!("`{name}` is not written like this"))
    })?;
    Ok(Rule { span: ident.span(), name, kind })
}

fn bounds(content: ParseStream<'_>, name: &str) -> syn::Result<RuleKind> {
    let (mut min, mut max) = (None, None);
    while !content.is_empty() {
        let key = content.call(Ident::parse_any)?;
        content.parse::<Token![=]>()?;
        let value: Expr = content.parse()?;
        match key.to_string().as_str() {
            "min" if min.is_none() => min = Some(value),
            "max" if max.is_none() => max = Some(value),
            "equal" if name == "length" && min.is_none() && max.is_none() => {
                (min, max) = (Some(value.clone()), Some(value));
            }
            _ => return Err(syn::Error::new(key.span(), "another bound")),
        }
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    match (min, max) {
        (None, None) => Err(content.error("no bound")),
        (min, max) if name == "length" => Ok(RuleKind::Length { min, max }),
        (min, max) => Ok(RuleKind::Range { min, max }),
    }
}
