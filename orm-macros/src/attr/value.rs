//! Values of settings, and the errors for wrong ones.

use std::fmt::Display;
use std::str::FromStr;

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseBuffer, ParseStream};
use syn::{Expr, Ident, LitBool, LitInt, LitStr, Path, Token, Type, token};

use super::{Setting, elements, suggest};

impl Setting<'_> {
    pub(crate) fn span(&self) -> Span {
        self.key.span()
    }

    /// The error that says how to write the setting.
    pub(crate) fn usage_error(&self, span: Span, wrong: impl Display) -> syn::Error {
        syn::Error::new(span, format_args!("{wrong}: write `{}`", self.usage))
    }

    /// Whether nothing stands behind the name.
    pub(crate) fn is_bare(&self) -> bool {
        self.input.is_empty() || self.input.peek(Token![,])
    }

    /// A setting without a value.
    pub(crate) fn flag(&self) -> syn::Result<()> {
        if self.input.is_empty() || self.input.peek(Token![,]) {
            return Ok(());
        }
        Err(self.usage_error(self.input.span(), format_args!("`{}` takes no value", self.key)))
    }

    /// The value behind `=`; `expected` says what it should be.
    fn value<T: Parse>(&self, expected: &str) -> syn::Result<T> {
        self.equals(expected)?;
        let span = self.input.span();
        if self.input.is_empty() || self.input.peek(Token![,]) {
            return Err(self.needs(expected));
        }
        self.input.parse().map_err(|_| self.usage_error(span, format_args!("expected {expected}")))
    }

    fn equals(&self, expected: &str) -> syn::Result<()> {
        if self.input.peek(Token![=]) {
            self.input.parse::<Token![=]>().map(drop)
        } else {
            Err(self.needs(expected))
        }
    }

    fn needs(&self, expected: &str) -> syn::Error {
        self.usage_error(self.span(), format_args!("`{}` needs {expected}", self.key))
    }

    /// `name = "text"`, not empty.
    pub(crate) fn text(&self) -> syn::Result<String> {
        let text: LitStr = self.value("a text")?;
        if text.value().is_empty() {
            return Err(self.usage_error(text.span(), "this text is empty"));
        }
        Ok(text.value())
    }

    /// `name = "text"`, with its place.
    pub(crate) fn literal(&self) -> syn::Result<LitStr> {
        self.value("a text")
    }

    /// `name = "word"`, one of a few.
    pub(crate) fn text_choice<T: Copy>(&self, choices: &[(&str, T)]) -> syn::Result<T> {
        self.choose(&self.literal()?, choices)
    }

    /// What a text of the setting stands for, one of a few.
    pub(crate) fn choose<T: Copy>(&self, text: &LitStr, choices: &[(&str, T)]) -> syn::Result<T> {
        let name = text.value();
        if let Some((_, choice)) = choices.iter().find(|(known, _)| *known == name) {
            return Ok(*choice);
        }
        let near = suggest::nearest(&name, choices.iter().map(|(word, _)| *word));
        let hint = near.map_or_else(
            || {
                let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
                format!("expected one of `{}`", words.join("`, `"))
            },
            |near| format!("did you mean `{near}`?"),
        );
        Err(syn::Error::new(text.span(), format_args!("`{}` cannot be `{name}`: {hint}", self.key)))
    }

    /// `name = "text"`, or empty for none.
    pub(crate) fn comment(&self) -> syn::Result<String> {
        let text: LitStr = self.value("a text")?;
        if text.value().contains('\0') {
            return Err(self.usage_error(text.span(), "no database holds a NUL character in text"));
        }
        Ok(text.value())
    }

    /// `name = "identifier"`, as a database takes it.
    ///
    /// PostgreSQL cuts names at 63 bytes without a word, so longer ones are refused for all.
    pub(crate) fn identifier(&self) -> syn::Result<String> {
        let text: LitStr = self.value("a text")?;
        identifier(&text, || self.usage_error(text.span(), "this cannot be a name in a database"))
    }

    /// `name = "text"`: what names in a database begin with; nothing, perhaps.
    pub(crate) fn prefix(&self) -> syn::Result<String> {
        let text: LitStr = self.value("a text")?;
        if text.value().contains('\0') || text.value().len() > 62 {
            return Err(self.usage_error(text.span(), "names in a database cannot begin with this"));
        }
        Ok(text.value())
    }

    /// `name = 80`
    pub(crate) fn number<T: FromStr<Err: Display>>(&self) -> syn::Result<(T, Span)> {
        let literal: LitInt = self.value("a number")?;
        match literal.base10_parse() {
            Ok(number) => Ok((number, literal.span())),
            Err(error) => Err(self.usage_error(literal.span(), error)),
        }
    }

    /// `name`, `name = true` or `name = false`
    pub(crate) fn switch(&self) -> syn::Result<bool> {
        if self.input.is_empty() || self.input.peek(Token![,]) {
            return Ok(true);
        }
        self.value::<LitBool>("`true` or `false`").map(|literal| literal.value)
    }

    /// `name = ident`
    pub(crate) fn ident(&self) -> syn::Result<Ident> {
        self.value("a name, without quotes")
    }

    /// `name = some::Path`
    pub(crate) fn path(&self) -> syn::Result<Path> {
        self.value("a path, without quotes")
    }

    /// `name = expression`
    pub(crate) fn expr(&self) -> syn::Result<Expr> {
        self.value("an expression")
    }

    /// `name = "text"` or `name = some::PATH`
    pub(crate) fn text_or_path(&self) -> syn::Result<TextOrPath> {
        self.value("a text or the path of a `static`")
    }

    /// `name = Model`, or `name(Model, field)`
    pub(crate) fn target(&self) -> syn::Result<Target> {
        let usage = "a model: `references = User`, or `references(User, username)` for a unique field of it";
        if self.input.peek(token::Paren) {
            let content;
            syn::parenthesized!(content in self.input);
            let span = content.span();
            let target = (|| {
                let model = content.parse()?;
                content.parse::<Token![,]>()?;
                let field = content.call(Ident::parse_any)?;
                content.parse::<Option<Token![,]>>()?;
                if content.is_empty() {
                    Ok(Target { model, field: Some(field) })
                } else {
                    Err(content.error(""))
                }
            })();
            return target.map_err(|_: syn::Error| {
                drop(super::drain(&content));
                syn::Error::new(
                    span,
                    "expected a model and a field of it: write `references(User, username)`",
                )
            });
        }
        let model: Type = self.value(usage)?;
        if let Type::Path(path) = &model
            && let (Some(last), true) = (path.path.segments.last(), path.path.segments.len() > 1)
            && last.ident.to_string().starts_with(char::is_lowercase)
        {
            return Err(syn::Error::new(
                last.ident.span(),
                format_args!(
                    "a field is named apart from its model: write `references(Model, {})`",
                    last.ident
                ),
            ));
        }
        Ok(Target { model, field: None })
    }

    /// `name = word`, one of a few.
    pub(crate) fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> syn::Result<T> {
        let expected =
            format!("one of `{}`", choices.iter().map(|(word, _)| *word).collect::<Vec<_>>().join("`, `"));
        let word = self.value::<AnyIdent>(&expected)?.0;
        let name = word.unraw().to_string();
        if let Some((_, choice)) = choices.iter().find(|(known, _)| *known == name) {
            return Ok(*choice);
        }
        let near = suggest::nearest(&name, choices.iter().map(|(word, _)| *word));
        let hint = near.map_or(format!("expected {expected}"), |near| format!("did you mean `{near}`?"));
        Err(syn::Error::new(word.span(), format_args!("`{}` cannot be `{name}`: {hint}", self.key)))
    }

    /// Where the value stands, behind the `=`.
    pub(crate) fn value_span(&self) -> Span {
        self.input
            .cursor()
            .token_tree()
            .and_then(|(_, rest)| rest.token_tree())
            .map_or_else(|| self.span(), |(tree, _)| tree.span())
    }

    /// Whether parentheses follow, not `=`.
    pub(crate) fn has_list(&self) -> bool {
        self.input.peek(token::Paren)
    }

    /// Refuses a setting that is not followed by parentheses.
    pub(crate) fn parenthesis_follows(&self) -> syn::Result<()> {
        if self.input.peek(token::Paren) { Ok(()) } else { Err(self.needs("a list in parentheses")) }
    }

    /// What stands between the parentheses of `name(..)`.
    pub(crate) fn parentheses(&self) -> syn::Result<ParseBuffer<'_>> {
        self.parenthesis_follows()?;
        let content;
        syn::parenthesized!(content in self.input);
        if content.is_empty() { Err(self.needs("something in the parentheses")) } else { Ok(content) }
    }

    /// Whether it is `name()`, which says that there are none.
    pub(crate) fn says_none(&self) -> bool {
        let is_none = |input: ParseStream<'_>| -> syn::Result<bool> {
            let content;
            syn::parenthesized!(content in input);
            Ok(content.is_empty())
        };
        self.input.peek(token::Paren)
            && matches!(is_none(&self.input.fork()), Ok(true))
            && is_none(self.input).is_ok()
    }

    /// `name(a, b)`
    pub(crate) fn list<T>(&self, element: fn(ParseStream<'_>) -> syn::Result<T>) -> syn::Result<Vec<T>> {
        self.parenthesis_follows()?;
        let list = elements(self.input, element)?;
        if list.is_empty() { Err(self.needs("at least one element")) } else { Ok(list) }
    }

    /// `name(a, "b")`, or `name()` for none: texts or paths of statics.
    pub(crate) fn texts_or_paths(&self) -> syn::Result<Vec<TextOrPath>> {
        self.parenthesis_follows()?;
        elements(self.input, TextOrPath::parse)
    }
}

/// A name as a database takes it.
pub(super) fn identifier(text: &LitStr, wrong: impl Fn() -> syn::Error) -> syn::Result<String> {
    let value = text.value();
    if value.is_empty() || value.contains('\0') {
        return Err(wrong());
    }
    if value.len() > 63 {
        return Err(syn::Error::new(
            text.span(),
            format_args!("this name has {} bytes, databases take 63: write a shorter one", value.len()),
        ));
    }
    Ok(value)
}

/// The value of `references`.
pub(crate) struct Target {
    pub(crate) model: Type,
    /// A field of it; without, its primary key.
    pub(crate) field: Option<Ident>,
}

/// The value of `database`.
pub(crate) enum TextOrPath {
    Text(LitStr),
    Path(Path),
}

impl Parse for TextOrPath {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return input.parse().map(Self::Text);
        }
        let span = input.span();
        input
            .parse()
            .map(Self::Path)
            .map_err(|_| syn::Error::new(span, "expected a text or the path of a `static`"))
    }
}

/// An identifier or a keyword.
struct AnyIdent(Ident);

impl Parse for AnyIdent {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.call(Ident::parse_any).map(Self)
    }
}
