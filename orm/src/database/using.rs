//! What `.using(..)` takes, and what a query keeps of it.

use super::borrowed::{ForeignPool, Lent, Loan};
use super::handle::Database;
use super::proxy::DatabaseProxy;
use super::reference::DatabaseRef;
use crate::exec::Source;
use crate::transaction::{Transaction, Tx};

/// Where a query goes: taken from its executor when it runs.
#[derive(Debug)]
pub struct Target<'c> {
    pub(crate) to: To<'c>,
    pub(crate) outside: bool,
}

/// What was asked for.
#[derive(Debug)]
pub(crate) enum To<'c> {
    /// Nothing: the model says.
    Auto,
    /// Where a row came from.
    Origin(Source),
    Database(DatabaseRef),
    Tx(Tx),
    Pool(ForeignPool),
    Lent(Lent<'c>),
}

impl Target<'_> {
    /// On a connection of its own, even where a transaction is open that it would join. A transaction or connection
    /// that was given explicitly stays what it is.
    #[must_use]
    pub(crate) fn outside_transaction(mut self) -> Self {
        self.outside = true;
        self
    }
}

impl<'c> From<To<'c>> for Target<'c> {
    fn from(to: To<'c>) -> Self {
        Self { to, outside: false }
    }
}

/// The executor of a query to which no connection is lent: it is free of lifetimes and `Clone`.
#[derive(Debug, Clone, Default)]
pub struct Auto(pub(crate) Option<Owned>);

/// What a query may keep.
#[derive(Debug, Clone)]
pub(crate) enum Owned {
    Database(DatabaseRef),
    Tx(Tx),
    Pool(ForeignPool),
}

impl From<Owned> for Auto {
    fn from(owned: Owned) -> Self {
        Self(Some(owned))
    }
}

/// The executor of a query that runs on a connection that the caller lends: it lives as long as the loan.
#[derive(Debug)]
pub struct Borrowed<'c>(pub(crate) Loan<'c>);

/// What a query runs on. [`Auto`] and [`Borrowed`] are all there are.
#[diagnostic::on_unimplemented(
    message = "a query does not run on `{Self}`",
    label = "runs on `Auto` or `Borrowed` alone",
    note = "a function over queries on whatever they run on says `where {Self}: orm::Executor<'c>`"
)]
pub trait Executor<'c> {
    /// Where the query goes.
    fn target(self) -> Target<'c>;
}

impl<'c> Executor<'c> for Auto {
    fn target(self) -> Target<'c> {
        match self.0 {
            None => To::Auto,
            Some(Owned::Database(database)) => To::Database(database),
            Some(Owned::Tx(tx)) => To::Tx(tx),
            Some(Owned::Pool(pool)) => To::Pool(pool),
        }
        .into()
    }
}

impl<'c, 'd: 'c> Executor<'c> for Borrowed<'d> {
    fn target(self) -> Target<'c> {
        To::Lent(self.0.lend()).into()
    }
}

/// Whatever a query can run on.
///
/// An alias, a [`Database`], a [`DatabaseProxy`], a transaction of ours, and any pool, connection or transaction of
/// sqlx's that the user owns. What is owned leaves the query free of lifetimes; a lent `&mut` connection gives a
/// query that lives as long as the loan.
#[diagnostic::on_unimplemented(
    message = "a query cannot run on `{Self}`",
    label = "not a database",
    note = "`.using(..)` takes an alias, a `&Database`, a `&DatabaseProxy`, a transaction, or a sqlx pool, connection \
            or transaction"
)]
pub trait Using {
    /// What the query keeps.
    type Executor;
    /// Turns it into what the query keeps.
    fn executor(self) -> Self::Executor;
}

macro_rules! owned {
    ($($type:ty: $from:ident => $owned:expr),* $(,)?) => {$(
        #[diagnostic::do_not_recommend]
        impl Using for $type {
            type Executor = Auto;
            fn executor(self) -> Auto {
                let $from = self;
                $owned.into()
            }
        }
    )*};
}

owned! {
    &str: name => Owned::Database(DatabaseRef::named(name.into())),
    String: name => Owned::Database(DatabaseRef::named(name)),
    &String: name => Owned::Database(DatabaseRef::named(name.clone())),
    Database: database => Owned::Database(database.into()),
    &Database: database => Owned::Database(database.clone().into()),
    &DatabaseProxy: proxy => Owned::Database(DatabaseRef::proxy(proxy.clone())),
    DatabaseRef: database => Owned::Database(database),
    Tx: tx => Owned::Tx(tx),
    &Tx: tx => Owned::Tx(tx.clone()),
    &Transaction: transaction => Owned::Tx(transaction.tx()),
    &mut Transaction: transaction => Owned::Tx(transaction.tx()),
}
