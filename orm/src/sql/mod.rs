//! SQL: the only place that knows sea-query.
//!
//! [`prepare`] turns a plan into text and arguments; the text comes from a cache by the plan's shape, so the
//! second plan of a shape builds nothing. [`describe`] makes a schema of models, of which [`create`] and the like write the
//! DDL. Uses `plan`,
//! `expr`, `model` and `types`; called by `exec`, `database` and migrations.

mod aggregate;
mod arithmetic;
mod array;
mod build;
mod cache;
mod children;
mod choice;
mod compare;
mod condition;
mod conflict;
mod ddl;
mod decimal;
mod dialect;
mod enumeration;
mod expr;
mod full_text;
mod function;
mod hstore;
pub(crate) mod identity;
mod list;
mod literal;
mod lock;
mod name;
mod prepared;
mod related;
mod select;
mod source;
mod text;
mod write;
mod writer;

// They ask every backend, about decimals too.
#[cfg(test)]
#[cfg(all(feature = "sqlite", feature = "postgres", feature = "mysql", feature = "decimal"))]
mod tests;

pub(crate) use build::{builds, builds_here};
pub(crate) use conflict::{begin_to_count, counted};
pub(crate) use ddl::{Removal, create, create_all, describe, drop_all, referrers, turn};
#[cfg(feature = "migrate")]
pub(crate) use ddl::{change, quoted_name, quoted_text};
pub(crate) use decimal::{column_scale, scale_of};
pub(crate) use hstore::{extension, shown};
pub(crate) use prepared::prepare;
pub(crate) use write::is_local;
