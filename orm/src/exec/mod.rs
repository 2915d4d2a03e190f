//! Running a plan: which database, which connection, which statements, what becomes of the rows.
//!
//! `run` holds the value a terminal gives, `stream` the one that gives rows one by one, `job` what it stands for, `perform` does it, `collect` is the only
//! generic step: the decoding of one row. `prefetch` reads what is related to rows, in statements of its own. `choose` is the
//! one rule that picks database and connection, `relations` refuses what is on several, `spread` reads on one of several
//! replicas, `lease` what it picks, `held` the connection below it; `log` reports each statement, `explain` asks how a database goes about one, `shown` is how `Debug` shows one; `runtime` is behind every
//! `.blocking()`. Uses `plan`, `sql`, `pool` and `driver`; `database` and `transaction` use it and are used by
//! it: three modules of one layer. Called by `query`.

mod blame;
mod bulk;
pub(crate) mod choose;
mod collect;
mod create;
mod explain;
mod fit;
mod get_or_create;
pub(crate) mod held;
mod identity;
mod job;
mod kept;
pub(crate) mod lease;
mod left_out;
mod link;
pub(crate) mod log;
mod perform;
mod prefetch;
pub(crate) mod relations;
mod run;
pub(crate) mod runtime;
mod save;
pub(crate) mod shown;
mod source;
mod spread;
mod stream;
#[cfg(test)]
pub(crate) mod testing;
mod upsert;
#[cfg(feature = "validate")]
mod validate;

pub(crate) use collect::{
    Collect, Expect, Finish, Response, Rows, Single, affected, all, each, first, found, keyed, lists_of, one,
    one_and_created, one_or_none, rows,
};
pub(crate) use create::touch;
pub use explain::{ExplainStep, Explaining, Explanation};
pub(crate) use get_or_create::GetOrCreate;
pub(crate) use job::Job;
pub(crate) use lease::Lease;
pub(crate) use link::{Change, Link, key_values};
pub(crate) use perform::to_sql;
pub(crate) use prefetch::{Branch, Exact, Reached, lists};
pub use run::{Run, RunFuture};
pub(crate) use save::Save;
pub(crate) use source::Source;
pub use stream::{BlockingRows, RowStream};
pub(crate) use stream::{Pause, Within};
pub(crate) use upsert::{Act, Upsert};
