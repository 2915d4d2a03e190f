//! An ORM for SQLite, PostgreSQL, MySQL and MariaDB.

#[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
compile_error!("enable at least one of the features `sqlite`, `postgres`, `mysql` of the crate `orm`");

pub mod database;
mod driver;
mod error;
mod exec;
mod expr;
pub mod model;
mod plan;
mod pool;
mod query;
mod sql;
pub mod transaction;
mod types;

pub use database::{Connected, Database, DatabaseOptions, DatabaseProxy, DatabaseRef, db};
pub use driver::Backend;
pub use error::{ConstraintKind, ConstraintViolation, Error, ErrorKind, Result};
pub use pool::{PingPolicy, PoolOptions, PoolStats};
pub use transaction::{Isolation, Transaction, Tx, atomic, begin, on_commit};
