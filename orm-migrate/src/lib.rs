//! Migrations for the [`orm`](https://docs.rs/orm) crate: generated from the models, reviewed by people.
//!
//! The flow is files → [`State`] → difference to the models → [`Operation`]s → a file:
//!
//! 1. [`Files`] reads the migrations of a project, one TOML file each, of every app.
//! 2. They are replayed to a [`State`]: the tables as they are after the last of them. No database is asked.
//! 3. [`make`] compares it with the models that the program has linked, asks about what may be a rename, and gives new
//!    migrations, which [`Migration::write`] writes.
//!
//! [`migrate`] applies them to a database, and takes them back. What a database does for an operation is written by `orm`
//! itself, from the same description of a schema that `create_all` uses ([`orm::schema`]); [`Files::sql`] shows it.

#![deny(missing_docs)]

mod cli;
mod diff;
mod error;
mod file;
mod graph;
mod ledger;
mod make;
mod operation;
mod render;
mod run;
mod state;

#[cfg(test)]
mod tests;

pub use cli::Project;
pub use diff::{Answers, Choice, Question, QuestionKind};
pub use error::{Error, Result};
pub use file::{Files, Migration, MigrationId};
pub use ledger::Applied;
pub use make::{Made, Options, make};
pub use operation::{Attributes, Constraint, Irreversible, Operation};
pub use render::MigrationStep;
pub use run::{
    Event, MigrateOptions, Migrated, Planned, Resume, Standing, Status, Until, migrate, plan, status,
};
pub use state::{Models, State, StoredTable};

/// The whole of a program `manage`, for a project whose migrations are in `migrations`: [`Project::manage`].
#[must_use]
pub fn manage() -> std::process::ExitCode {
    Project::new().manage()
}

/// Does what the arguments say if the first of them is `orm`: [`Project::run_if_asked`].
///
/// # Examples
///
/// ```
/// orm_migrate::run_if_asked();
/// // What the program does otherwise.
/// ```
pub fn run_if_asked() {
    Project::new().run_if_asked();
}
