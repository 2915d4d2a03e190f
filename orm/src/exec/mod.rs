//! Running things: which connection a statement gets, and how a future is driven without a runtime.
//!
//! `choose` holds the one rule that picks database and connection, `lease` is what it picks, `held` the connection
//! below it, `runtime` is behind every `.blocking()`. Called by `query`, `database` and `transaction`; uses those two,
//! `pool` and `driver`.

pub(crate) mod choose;
pub(crate) mod held;
pub(crate) mod lease;
pub(crate) mod runtime;
#[cfg(test)]
pub(crate) mod testing;
