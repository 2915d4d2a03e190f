//! SQL of one's own: one statement a text, with named placeholders, on any backend.
//!
//! `lexer` takes a text apart as its backend would, `text` puts the backend's placeholders where it names values,
//! `effect` refuses what would stay behind on a connection of a pool, `own` what a migration may not hold, `params` are the
//! values. `shape` is how rows become what is asked for, `record` a row of whatever columns there are. `commands` are the
//! methods that people call.
//!
//! Uses `exec`, `database` and `types`.

mod commands;
mod effect;
mod lexer;
mod multiple;
#[cfg(feature = "migrate")]
mod own;
mod params;
mod record;
mod shape;
#[cfg(feature = "migrate")]
mod split;
mod statement;
mod text;

pub use commands::{Commands, Lend, connect, using};
pub use multiple::Multiple;
#[cfg(feature = "migrate")]
pub(crate) use own::check_own;
pub use params::{IntoParam, IntoParams, List, ParamValue, Params, list};
pub use record::Record;
pub use shape::FromRow;
pub(crate) use shape::records;
#[cfg(feature = "migrate")]
pub(crate) use split::statements;
pub(crate) use statement::{Raw, perform, to_sql};
