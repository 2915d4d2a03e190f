//! An ORM for SQLite, PostgreSQL, MySQL and MariaDB.

#[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
compile_error!("enable at least one of the features `sqlite`, `postgres`, `mysql` of the crate `orm`");

pub mod database;
mod driver;
mod error;
pub mod exec;
mod expr;
pub mod model;
mod plan;
mod pool;
pub mod prelude;
#[doc(hidden)]
pub mod private;
mod query;
mod sql;
pub mod transaction;
mod types;

pub use driver::Backend;
pub use error::{ConstraintKind, ConstraintViolation, Error, ErrorKind, Result};
pub use expr::*;
pub use pool::{PingPolicy, PoolOptions, PoolStats};
pub use query::*;
pub use types::*;
