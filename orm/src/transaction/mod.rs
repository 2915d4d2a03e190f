//! Transactions: around a closure or by a guard, nested by savepoints, joined by whatever runs inside.
//!
//! `atomic` is the builder and `future` what it becomes, `guard` the other style; both work with `block`, a block from
//! begin to end. `chain` ends a transaction and begins another in the same block.
//! `tx` is the handle that users hold, `core` the one connection below all blocks and who has it, `turn`
//! the same as a lease. `running` is the list of those that are open on a database; `ambient` is what makes queries join;
//! `options` writes how a transaction begins, `limit` ends those that take too long.
//!
//! Uses `database`, `exec` and `driver`; called by them and by users.

pub(crate) mod ambient;
mod atomic;
mod block;
mod chain;
mod core;
mod future;
mod guard;
mod limit;
mod on_commit;
mod options;
mod running;
#[cfg(test)]
mod tests;
mod turn;
mod tx;

pub use atomic::{Atomic, Repeatable, atomic};
pub use future::{AtomicFuture, Body, Once, Repeat};
pub use guard::{Begin, Transaction, begin};
pub use on_commit::on_commit;
pub(crate) use options::Options;
pub use options::{Isolation, SqliteLock};
pub(crate) use running::Running;
pub(crate) use turn::Turn;
pub use tx::Tx;
