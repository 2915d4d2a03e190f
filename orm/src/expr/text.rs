//! Look-ups and functions of text.

use std::sync::Arc;

use super::typed::compare;
use super::{
    Column, CompareOp, Contained, Expr, Function, IntoExpr, Kind, Node, Operand, Pattern, TextLookup,
};
use crate::types::{FieldType, Text};

/// Whether a text contains another one.
pub(super) fn contains(text: Node, wanted: Node) -> Node {
    look_up(TextLookup::Contains, text, wanted)
}

fn look_up(lookup: TextLookup, text: Node, wanted: Node) -> Node {
    Node::Text(lookup, Box::new([text, wanted]))
}

/// The same whatever the case of letters: what differs after this, differs.
fn folded(node: Node) -> Node {
    match node {
        // Known again as NULL.
        Node::Value(value) if value.is_null() => Node::Value(value),
        node => call(Function::Lower, node),
    }
}

fn look_up_folded(lookup: TextLookup, text: Node, wanted: Node) -> Node {
    look_up(lookup, folded(text), folded(wanted))
}

fn same_letters(text: Node, wanted: Node) -> Node {
    compare(CompareOp::Eq, folded(text), folded(wanted), false)
}

fn call(function: Function, of: Node) -> Node {
    Node::Call(function, vec![of])
}

fn matches(text: Node, pattern: &str, folds: bool) -> Node {
    let text = if folds { folded(text) } else { text };
    Node::Matches(Box::new(text), Arc::new(Pattern::new(pattern, folds)))
}

/// What `matches` and `imatches` take: a pattern that the program knows.
#[diagnostic::on_unimplemented(
    message = "a pattern is text, not `{Self}`",
    label = "expected a `&str` or `String`",
    note = "a pattern is checked before it is sent, so it cannot come from a column"
)]
pub trait AsPattern {
    #[doc(hidden)]
    fn as_pattern(&self) -> &str;
}

#[diagnostic::do_not_recommend]
impl AsPattern for str {
    fn as_pattern(&self) -> &str {
        self
    }
}

#[diagnostic::do_not_recommend]
impl AsPattern for String {
    fn as_pattern(&self) -> &str {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<P: AsPattern + ?Sized> AsPattern for &P {
    fn as_pattern(&self) -> &str {
        (**self).as_pattern()
    }
}

/// The text in lower case, letter by letter.
///
/// Each letter becomes the one that Unicode's simple case mapping has for it, on every backend; none becomes several,
/// and what stands around it does not matter: `Σ` becomes `σ` even at the end of a word, `İ` becomes `i`. Letters that
/// a server's version of Unicode does not know yet stay as they are: the guide lists them in `docs/types.md`.
///
/// # Errors
///
/// When the query runs, [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) on MariaDB before 10.10.
///
/// # Examples
///
/// ```no_run
/// # use orm::prelude::*;
/// # #[derive(Model)]
/// # #[model(table = "users")]
/// # struct User {
/// #     #[field(primary_key)]
/// #     id: i64,
/// #     #[field(max_length = 80)]
/// #     username: String,
/// # }
/// # let users =
/// User::objects().order_by(lower(User::username).asc())
/// # ;
/// ```
#[must_use]
pub fn lower<M, E>(text: E) -> Expr<M, <E::Type as FieldType>::Lift<String>>
where
    E: IntoExpr<M>,
    E::Type: Text,
{
    Expr::of(call(Function::Lower, text.into_node()))
}

/// The text in upper case, letter by letter.
///
/// As [`lower`]: each letter becomes one other or stays, on every backend. `ß` stays, because no single letter is its
/// upper case.
///
/// # Errors
///
/// When the query runs, [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) on MariaDB before 10.10.
#[must_use]
pub fn upper<M, E>(text: E) -> Expr<M, <E::Type as FieldType>::Lift<String>>
where
    E: IntoExpr<M>,
    E::Type: Text,
{
    Expr::of(call(Function::Upper, text.into_node()))
}

impl<M, T: FieldType, K: Kind> Expr<M, T, K> {
    /// Begins with the text, character for character; no character is a wildcard.
    #[must_use]
    pub fn starts_with<V: Operand<M, String, K>>(self, text: V) -> Expr<M, bool, K>
    where
        T: Text,
    {
        Expr::of(look_up(TextLookup::StartsWith, self.node(), text.into_node()))
    }

    /// Ends with the text, character for character; no character is a wildcard.
    #[must_use]
    pub fn ends_with<V: Operand<M, String, K>>(self, text: V) -> Expr<M, bool, K>
    where
        T: Text,
    {
        Expr::of(look_up(TextLookup::EndsWith, self.node(), text.into_node()))
    }

    /// Contains the text, character for character; no character is a wildcard. Of an array: contains all of these
    /// elements, or those of the array of another column; of an `Hstore`, all of these entries. False for NULL.
    #[must_use]
    pub fn contains<V: Contained<M, T, K>>(self, wanted: V) -> Expr<M, bool, K> {
        Expr::of(wanted.look_up(self.node()))
    }

    /// Equal to the text in [lower case](Self::lower), as the text is. `iexact(None)` is true for NULL.
    #[must_use]
    pub fn iexact<V: Operand<M, String, K>>(self, text: V) -> Expr<M, bool, K>
    where
        T: Text,
    {
        Expr::of(same_letters(self.node(), text.into_node()))
    }

    /// Begins with the text when both are in [lower case](Self::lower).
    #[must_use]
    pub fn istarts_with<V: Operand<M, String, K>>(self, text: V) -> Expr<M, bool, K>
    where
        T: Text,
    {
        Expr::of(look_up_folded(TextLookup::StartsWith, self.node(), text.into_node()))
    }

    /// Ends with the text when both are in [lower case](Self::lower).
    #[must_use]
    pub fn iends_with<V: Operand<M, String, K>>(self, text: V) -> Expr<M, bool, K>
    where
        T: Text,
    {
        Expr::of(look_up_folded(TextLookup::EndsWith, self.node(), text.into_node()))
    }

    /// Contains the text when both are in [lower case](Self::lower).
    #[must_use]
    pub fn icontains<V: Operand<M, String, K>>(self, text: V) -> Expr<M, bool, K>
    where
        T: Text,
    {
        Expr::of(look_up_folded(TextLookup::Contains, self.node(), text.into_node()))
    }

    /// Whether a regular expression matches a part of the text.
    ///
    /// The pattern is one of the subset that means the same on every backend: characters, `.`, `[..]`, `\d \w \s` (of
    /// ASCII), groups, `|`, `* + ? {2,5}`, `^` and `$` for the ends of the text. The guide, `docs/text.md`, has the details.
    ///
    /// # Errors
    ///
    /// When the query runs, [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery) with the place for all other
    /// patterns; [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) on SQLite without the feature `regex`, and on
    /// MariaDB for patterns that could make it go back.
    #[must_use]
    pub fn matches<P: AsPattern>(self, pattern: P) -> Expr<M, bool, K>
    where
        T: Text,
    {
        Expr::of(matches(self.node(), pattern.as_pattern(), false))
    }

    /// As [`matches`](Self::matches), with both the text and the pattern in [lower case](Self::lower).
    #[must_use]
    pub fn imatches<P: AsPattern>(self, pattern: P) -> Expr<M, bool, K>
    where
        T: Text,
    {
        Expr::of(matches(self.node(), pattern.as_pattern(), true))
    }

    /// The text, to be compared and ordered by this collation of the database.
    ///
    /// Which collations there are, and what they are called, is the database's: of a program's own on SQLite, see
    /// [`SqliteFunctions`](crate::SqliteFunctions). What compares two texts of which only one says a collation goes by that. Look-ups
    /// such as [`contains`](Self::contains) and [`iexact`](Self::iexact) compare what they always do.
    ///
    /// # Errors
    ///
    /// When the query runs: `InvalidQuery` for a name that cannot be one; what the database says of one that it does not know.
    ///
    /// # Examples
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # struct User {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     #[field(max_length = 80)]
    /// #     name: String,
    /// # }
    /// let users = User::objects().order_by(User::name.collate("de-x-icu").asc());
    /// # let _ = users;
    /// ```
    #[must_use]
    pub fn collate(self, collation: &'static str) -> Expr<M, T::Lift<String>, K>
    where
        T: Text,
    {
        Expr::of(call(Function::Collate(collation), self.node()))
    }

    /// The text in lower case, letter by letter: see [`lower`].
    #[must_use]
    pub fn lower(self) -> Expr<M, T::Lift<String>, K>
    where
        T: Text,
    {
        Expr::of(call(Function::Lower, self.node()))
    }

    /// The text in upper case, letter by letter: see [`upper`].
    #[must_use]
    pub fn upper(self) -> Expr<M, T::Lift<String>, K>
    where
        T: Text,
    {
        Expr::of(call(Function::Upper, self.node()))
    }
}

impl<M, T: FieldType> Column<M, T> {
    /// The text, to be compared and ordered by this collation of the database; see [`Expr::collate`].
    #[must_use]
    pub fn collate(self, collation: &'static str) -> Expr<M, T::Lift<String>>
    where
        T: Text,
    {
        self.expr().collate(collation)
    }

    /// Begins with the text, character for character; no character is a wildcard.
    #[must_use]
    pub fn starts_with<V: Operand<M, String>>(self, text: V) -> Expr<M, bool>
    where
        T: Text,
    {
        self.expr().starts_with(text)
    }

    /// Ends with the text, character for character; no character is a wildcard.
    #[must_use]
    pub fn ends_with<V: Operand<M, String>>(self, text: V) -> Expr<M, bool>
    where
        T: Text,
    {
        self.expr().ends_with(text)
    }

    /// Contains the text, character for character; no character is a wildcard. Of an array: contains all of these
    /// elements, or those of the array of another column; of an `Hstore`, all of these entries. False for NULL.
    ///
    /// # Errors
    ///
    /// When the query runs, [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) for an array or `Hstore` on all
    /// backends but PostgreSQL.
    #[must_use]
    pub fn contains<V: Contained<M, T>>(self, wanted: V) -> Expr<M, bool> {
        self.expr().contains(wanted)
    }

    /// Equal to the text in [lower case](Self::lower), as the text is. `iexact(None)` is true for NULL.
    #[must_use]
    pub fn iexact<V: Operand<M, String>>(self, text: V) -> Expr<M, bool>
    where
        T: Text,
    {
        self.expr().iexact(text)
    }

    /// Begins with the text when both are in [lower case](Self::lower).
    #[must_use]
    pub fn istarts_with<V: Operand<M, String>>(self, text: V) -> Expr<M, bool>
    where
        T: Text,
    {
        self.expr().istarts_with(text)
    }

    /// Ends with the text when both are in [lower case](Self::lower).
    #[must_use]
    pub fn iends_with<V: Operand<M, String>>(self, text: V) -> Expr<M, bool>
    where
        T: Text,
    {
        self.expr().iends_with(text)
    }

    /// Contains the text when both are in [lower case](Self::lower).
    #[must_use]
    pub fn icontains<V: Operand<M, String>>(self, text: V) -> Expr<M, bool>
    where
        T: Text,
    {
        self.expr().icontains(text)
    }

    /// Whether a regular expression matches a part of the text.
    ///
    /// The pattern is one of the subset that means the same on every backend: characters, `.`, `[..]`, `\d \w \s` (of
    /// ASCII), groups, `|`, `* + ? {2,5}`, `^` and `$` for the ends of the text. The guide, `docs/text.md`, has the details.
    ///
    /// # Errors
    ///
    /// When the query runs, [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery) with the place for all other
    /// patterns; [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) on SQLite without the feature `regex`, and on
    /// MariaDB for patterns that could make it go back.
    #[must_use]
    pub fn matches<P: AsPattern>(self, pattern: P) -> Expr<M, bool>
    where
        T: Text,
    {
        self.expr().matches(pattern)
    }

    /// As [`matches`](Self::matches), with both the text and the pattern in [lower case](Self::lower).
    #[must_use]
    pub fn imatches<P: AsPattern>(self, pattern: P) -> Expr<M, bool>
    where
        T: Text,
    {
        self.expr().imatches(pattern)
    }

    /// The text in lower case, letter by letter: see [`lower`].
    #[must_use]
    pub fn lower(self) -> Expr<M, T::Lift<String>>
    where
        T: Text,
    {
        lower(self)
    }

    /// The text in upper case, letter by letter: see [`upper`].
    #[must_use]
    pub fn upper(self) -> Expr<M, T::Lift<String>>
    where
        T: Text,
    {
        upper(self)
    }
}
