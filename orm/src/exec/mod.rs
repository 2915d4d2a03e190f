//! Running a plan: which database, which connection, which statements, what becomes of the rows.
//!
//! `run` holds the value a terminal gives, `job` what it stands for, `collect` the only generic step: the
//! decoding of one row. `choose` picks database and connection and is the one place that does. Uses `plan`,
//! `sql`, `database`, `transaction`; called by `query` and `database`.

mod blame;
mod bulk;
pub(crate) mod choose;
mod collect;
mod create;
pub(crate) mod held;
mod identity;
mod job;
pub(crate) mod lease;
mod perform;
mod run;
pub(crate) mod runtime;

pub(crate) use collect::{Finish, all, first, one, one_or_none};
pub(crate) use create::touch;
pub(crate) use job::Job;
use lease::Lease;
pub(crate) use perform::to_sql;
pub use run::{Run, RunFuture};
