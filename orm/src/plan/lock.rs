//! Locks that a query takes on the rows that it gives.

use crate::expr::Path;

/// How the rows of a query are locked, until the transaction ends.
#[derive(Debug, Clone)]
pub(crate) struct Lock {
    /// `None` where nobody has said that there is to be one.
    pub(crate) strength: Option<Strength>,
    pub(crate) wait: Wait,
    /// The rows that foreign keys lead to, which are locked too.
    pub(crate) related: Vec<Path>,
    /// The far side of a one-to-one was named, which cannot be.
    pub(crate) far: bool,
    /// Whether a backend that cannot do all of it does what it can.
    pub(crate) if_supported: bool,
}

/// What others may do with a locked row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strength {
    /// Read it.
    Update,
    /// Read it, and lock it so as well.
    Share,
}

/// What is done about a row that others have locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// It is waited for.
    Block,
    /// The query fails.
    Fail,
    /// The row is left out.
    Skip,
    /// Both were asked for.
    Both,
}

impl Lock {
    /// Of which nothing is said yet.
    pub(crate) const NONE: Self =
        Self { strength: None, wait: Wait::Block, related: Vec::new(), far: false, if_supported: false };

    /// The lock of a query of the ORM's own, in a transaction: where SQLite has the whole database locked.
    pub(crate) fn own() -> Self {
        Self { strength: Some(Strength::Update), if_supported: true, ..Self::NONE }
    }

    /// The same, where it is wanted.
    pub(crate) fn own_if(wanted: bool) -> Option<Box<Self>> {
        wanted.then(|| Box::new(Self::own()))
    }
}
