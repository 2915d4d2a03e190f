//! Tables of chosen models.

use super::{Database, Operation, create};
use crate::model::Table;

impl Database {
    /// Creates the tables of these models here, in whatever order they are given.
    ///
    /// A table that is there already is left as it is. In one transaction on SQLite and PostgreSQL, where tables can
    /// be rolled back.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Schema`](crate::ErrorKind::Schema) if two models share a table; what the database says.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves none of the tables on SQLite and PostgreSQL, the first ones on MySQL and MariaDB;
    /// calling it again goes on.
    ///
    /// # Examples
    ///
    /// ```ignore
    /// db.create_tables(&[User::TABLE, Post::TABLE]).await?;
    /// ```
    pub fn create_tables(&self, tables: &[&'static Table]) -> Operation<'static, ()> {
        let (shared, tables) = (self.shared().clone(), tables.to_vec());
        Operation::new(async move { create::create(&shared, &tables).await })
    }
}
