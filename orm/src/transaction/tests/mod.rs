//! Transactions on every backend at hand: SQLite always, servers where the environment names them.

mod blocks;
mod broken;
mod cancel;
mod closing;
mod joining;
mod limits;
mod options;
mod retry;
mod send;
