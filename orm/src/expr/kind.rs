//! Whether an expression belongs to a row or to a group of rows.

mod sealed {
    pub trait Sealed {}
}

/// Where an expression lives: in a row, or over a group of rows.
///
/// It keeps aggregates out of `filter` and bare columns out of grouped queries, at compile time.
#[diagnostic::on_unimplemented(
    message = "an expression belongs to a row or to a group of rows, not to a `{Self}`",
    label = "neither `Row` nor `Agg`",
    note = "a function over expressions of both says `{Self}: orm::Kind`"
)]
pub trait Kind: sealed::Sealed + 'static {
    /// The level of a query in which such an expression can be selected.
    type Level: Kind;
}

/// An expression of one row.
#[derive(Debug, Clone, Copy)]
pub enum Row {}

/// An expression over a group of rows: an aggregate, or a key of the group.
#[derive(Debug, Clone, Copy)]
pub enum Agg {}

impl sealed::Sealed for Row {}
impl sealed::Sealed for Agg {}

impl Kind for Row {
    type Level = Self;
}

impl Kind for Agg {
    type Level = Self;
}

/// The kinds beside which a plain column may stand.
#[diagnostic::on_unimplemented(
    message = "a column belongs to a row, and this is `{Self}`",
    label = "a column cannot stand here",
    note = "over a group of rows take an aggregate, `max(..)`, or a key of the group, `key(..)`; a function over expressions \
            of rows says `{Self}: orm::RowLevel`"
)]
pub trait RowLevel: Kind {}
impl RowLevel for Row {}
