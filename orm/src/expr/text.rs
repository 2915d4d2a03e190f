//! Look-ups and functions of text.

use super::typed::compare;
use super::{Column, CompareOp, Expr, Function, IntoExpr, Kind, Node, Operand, TextLookup};
use crate::types::{FieldType, Text};

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
    compare(CompareOp::Eq, folded(text), folded(wanted))
}

fn call(function: Function, of: Node) -> Node {
    Node::Call(function, vec![of])
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

    /// Contains the text, character for character; no character is a wildcard.
    #[must_use]
    pub fn contains<V: Operand<M, String, K>>(self, text: V) -> Expr<M, bool, K>
    where
        T: Text,
    {
        Expr::of(look_up(TextLookup::Contains, self.node(), text.into_node()))
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

    /// Contains the text, character for character; no character is a wildcard.
    #[must_use]
    pub fn contains<V: Operand<M, String>>(self, text: V) -> Expr<M, bool>
    where
        T: Text,
    {
        self.expr().contains(text)
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
