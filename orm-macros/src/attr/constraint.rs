//! `check(expr, name = "..")`, `generated(expr, virtual)` and `choices("a", "b")`.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Expr, Ident, LitStr, Token, token};

use super::index::{WRONG_NAME, is_name};
use super::{Setting, drain, elements};
use crate::ctxt::Ctxt;
use crate::ir::{Literal, literal};

/// A check, as written.
pub(crate) struct Check {
    pub(crate) condition: Expr,
    pub(crate) name: Option<String>,
    /// Where its setting's name stands.
    pub(crate) span: Span,
}

impl Check {
    /// Reads `check(condition, name = "..")`.
    pub(crate) fn read(ctxt: &Ctxt, setting: &Setting<'_>) -> syn::Result<Self> {
        let content = setting.parentheses()?;
        let read = |content: ParseStream<'_>| -> syn::Result<(Expr, Option<LitStr>)> {
            let condition = content.parse::<Expr>()?;
            if let Expr::Assign(assign) = &condition {
                return Err(setting
                    .usage_error(syn::spanned::Spanned::span(&assign.left), "the condition comes first"));
            }
            let mut name = None;
            if content.parse::<Option<Token![,]>>()?.is_some() && !content.is_empty() {
                let wrong = content.span();
                let word = content
                    .call(Ident::parse_any)
                    .map_err(|_| setting.usage_error(wrong, "expected a name behind the condition"))?;
                if word != "name" || !content.peek(Token![=]) {
                    return Err(setting.usage_error(word.span(), "expected a name behind the condition"));
                }
                content.parse::<Token![=]>()?;
                let wrong = content.span();
                name = Some(content.parse().map_err(|_| setting.usage_error(wrong, "expected a text"))?);
                content.parse::<Option<Token![,]>>()?;
            }
            if content.is_empty() {
                Ok((condition, name))
            } else {
                Err(setting.usage_error(content.span(), "expected nothing more"))
            }
        };
        let (condition, name) = read(&content).inspect_err(|_| drop(drain(&content)))?;
        let name = name.and_then(|name| {
            if is_name(&name) {
                return Some(name.value());
            }
            ctxt.error(name.span(), WRONG_NAME);
            None
        });
        Ok(Self { condition, name, span: setting.span() })
    }
}

/// A generated column, as written.
pub(crate) struct Generated {
    pub(crate) value: Expr,
    pub(crate) stored: bool,
}

impl Generated {
    /// Reads `generated = expr`, or `generated(expr, virtual)`.
    pub(crate) fn read(setting: &Setting<'_>) -> syn::Result<Self> {
        if !setting.input.peek(token::Paren) {
            return Ok(Self { value: setting.expr()?, stored: true });
        }
        let content = setting.parentheses()?;
        let read = |content: ParseStream<'_>| -> syn::Result<Self> {
            let value = content.parse()?;
            let mut stored = true;
            if content.parse::<Option<Token![,]>>()?.is_some() && !content.is_empty() {
                let word = content.call(Ident::parse_any)?;
                match word.to_string().as_str() {
                    "virtual" => stored = false,
                    "stored" => {}
                    _ => {
                        return Err(setting.usage_error(word.span(), "a value is `stored` or `virtual`"));
                    }
                }
                content.parse::<Option<Token![,]>>()?;
            }
            if content.is_empty() {
                Ok(Self { value, stored })
            } else {
                Err(setting.usage_error(content.span(), "expected nothing more"))
            }
        };
        read(&content).inspect_err(|_| drop(drain(&content)))
    }
}

/// A value that a field may have.
pub(crate) struct Choice {
    pub(crate) literal: Literal,
    pub(crate) written: Expr,
}

/// Reads `choices("a", "b")`: all texts, or all integers.
pub(crate) fn choices(setting: &Setting<'_>) -> syn::Result<Vec<Choice>> {
    setting.parenthesis_follows()?;
    let list = elements(setting.input, |input| {
        let written: Expr = input.parse()?;
        match literal(&written) {
            Some(literal @ (Literal::Text(_) | Literal::Int(_))) => Ok(Choice { literal, written }),
            _ => Err(syn::Error::new(
                syn::spanned::Spanned::span(&written),
                "a choice is a text or an integer: write `choices(\"draft\", \"published\")`",
            )),
        }
    })?;
    if list.is_empty() {
        return Err(setting.usage_error(setting.span(), "a field needs a value to choose"));
    }
    Ok(list)
}
