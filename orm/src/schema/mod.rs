//! A schema as owned data: tables as databases have them, free of models and of any backend.
//!
//! [`of_models`] describes the models of the program. All DDL is written from such a description, so that
//! [`create_all`](crate::Database::create_all) and migrations give the same SQL. What the program alone knows, such as
//! validation, ordering and defaults that it fills in itself, is not part of it.
//!
//! With the feature `migrate` it can be written and read with serde. What is usual is left out there.

#[cfg(feature = "migrate")]
mod change;
mod column;
mod expression;
mod index;
mod literal;
#[cfg(feature = "migrate")]
mod ser;
mod table;
#[cfg(all(test, feature = "migrate", feature = "json", feature = "postgres", feature = "mysql"))]
mod tests;
mod texts;

#[cfg(feature = "migrate")]
pub use change::{ChangeKind, ChangeStep, TableChange, Undo, change_steps, shown_sql};
pub use column::{Default, Generated, TableColumn};
pub use expression::Expression;
pub use index::{Index, Part, PartOf};
pub use literal::Literal;
pub use table::{Check, Embedded, ForeignKey, PrimaryKey, Table, TableName};
pub use texts::Texts;

use crate::driver::{Backend, Server};
use crate::error::Result;
use crate::{database, model, sql};

/// The tables of the models, as they are to be, for these backends.
///
/// Tables that are not ours to manage are not among them. Foreign keys that lead to other databases, which a router
/// allows, are left out, as [`create_all`](crate::Database::create_all) leaves them out. Expressions have their SQL for
/// each of the backends.
///
/// # Errors
///
/// Those of `create_all` on an empty database of each backend, in a version that has everything: `Schema` for models
/// that cannot be tables, `Unsupported` for what one of the backends lacks. Each names the model, and the field where
/// there is one.
///
/// # Examples
///
/// ```
/// use orm::prelude::*;
/// use orm::{Backend, schema};
///
/// #[derive(Model)]
/// struct Note {
///     #[field(primary_key)]
///     id: i64,
///     text: String,
/// }
///
/// # fn main() -> orm::Result<()> {
/// let tables = schema::of_models(&[Note::TABLE], &[Backend::Sqlite])?;
/// assert_eq!(tables[0].columns[1].name, "text");
/// # Ok(())
/// # }
/// ```
pub fn of_models(tables: &[&'static model::Table], backends: &[Backend]) -> Result<Vec<Table>> {
    let apart = database::apart(tables)?;
    let servers: Vec<_> = backends.iter().copied().map(Server::with_everything).collect();
    let described = sql::describe(tables, &apart, &servers)?;
    for server in servers {
        sql::create(&described, server)?;
    }
    Ok(described)
}

/// The statements that create these tables, in the order in which they must run: those of
/// [`create_all`](crate::Database::create_all), for a server of this version (major, minor, patch).
///
/// One of them may be several, separated by semicolons.
///
/// # Errors
///
/// `Unsupported` for what the backend lacks, `Schema` for what cannot be a table; each names the model.
pub fn create(tables: &[Table], backend: Backend, version: (u16, u16, u16)) -> Result<Vec<String>> {
    let statements = sql::create(tables, Server { backend, version })?;
    Ok(statements.iter().map(|statement| sql::shown(statement).into_owned()).collect())
}
