//! Counters, to see that the library does no more than it must.
//!
//! They begin at zero with the process, or with the thread, and only grow.

use crate::sql;

/// How many SQL texts this process has built so far.
///
/// A query whose shape was seen before builds nothing: only its values are new. So this stands still in a program
/// that has warmed up, whatever it sends.
///
/// # Examples
///
/// ```
/// let before = orm::statistics::sql_builds();
/// // ... the same queries with other values ...
/// assert_eq!(orm::statistics::sql_builds(), before);
/// ```
#[must_use]
pub fn sql_builds() -> u64 {
    sql::builds()
}

/// How many of the [`sql_builds`] happened on the calling thread.
///
/// A query is built on the thread that polls it: in a test on a runtime of one thread this counts the queries of that
/// test and nobody else's.
#[must_use]
pub fn sql_builds_here() -> u64 {
    sql::builds_here()
}
