//! Tables of chosen models.

use super::{Database, Operation, create};
use crate::model::Table;

impl Database {
    /// Creates the tables of these models here, in whatever order they are given.
    ///
    /// A table that is there already is left as it is. In one transaction on SQLite and PostgreSQL, where tables can
    /// be rolled back. Programs that do so at once take turns, so that each finds the tables there afterwards.
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
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(table = "users")]
    /// # struct User {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// # }
    /// # async fn example(db: Database) -> orm::Result<()> {
    /// db.create_tables(&[User::TABLE]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn create_tables(&self, tables: &[&'static Table]) -> Operation<'static, ()> {
        let (shared, tables) = (self.shared().clone(), tables.to_vec());
        Operation::new(async move { create::create(&shared, &tables, &[]).await })
    }

    /// Removes the tables of these models here, with everything in them, in whatever order they are given.
    ///
    /// A table that is not there is passed over. In one transaction on SQLite and PostgreSQL, where removed tables can
    /// be rolled back; on MySQL and MariaDB they cannot.
    ///
    /// # Errors
    ///
    /// A table that others refer to stays, and that is an error: [`ErrorKind::Schema`](crate::ErrorKind::Schema) on
    /// SQLite, the server's own elsewhere. [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) inside a
    /// transaction on MySQL and MariaDB, which would commit it, and on SQLite where tables refer to each other in a
    /// circle with `cascade` or `restrict`: it cannot leave foreign keys alone there.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves all of the tables on SQLite and PostgreSQL, the last ones on MySQL and MariaDB;
    /// calling it again goes on.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(table = "users")]
    /// # struct User {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// # }
    /// # async fn example(db: Database) -> orm::Result<()> {
    /// db.drop_tables(&[User::TABLE]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn drop_tables(&self, tables: &[&'static Table]) -> Operation<'static, ()> {
        let (shared, tables) = (self.shared().clone(), tables.to_vec());
        Operation::new(async move { create::remove(&shared, &tables).await })
    }
}
