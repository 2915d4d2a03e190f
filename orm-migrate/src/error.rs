//! What can go wrong, told by file and operation.

use std::fmt;
use std::path::PathBuf;

use crate::file::MigrationId;

/// The result of most functions of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, and where.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A file is no migration.
    Syntax {
        /// The file.
        path: PathBuf,
        /// What is wrong in it.
        reason: String,
    },
    /// A migration names one that is not there.
    Missing {
        /// The migration.
        migration: MigrationId,
        /// What it names.
        needs: MigrationId,
    },
    /// Migrations need each other in a circle.
    Circle {
        /// Those in the circle.
        migrations: Vec<MigrationId>,
    },
    /// An app has several migrations that no other follows.
    SeveralLeaves {
        /// The app.
        app: String,
        /// The names of those migrations.
        leaves: Vec<String>,
    },
    /// Branches of an app cannot be joined as they are.
    Unmergeable {
        /// The app.
        app: String,
        /// The last migrations of the branches.
        leaves: Vec<String>,
        /// Why.
        reason: String,
    },
    /// An operation does not fit the tables as they are.
    Conflict {
        /// The migration, where the operation is of one.
        migration: Option<MigrationId>,
        /// The operation.
        operation: String,
        /// What does not fit.
        reason: String,
    },
    /// An app has tables, and the program no model of it.
    NotLinked {
        /// The app.
        app: String,
    },
    /// The models cannot be tables, or not on one of the backends.
    Models(orm::Error),
    /// A name is that of something else now, so that what became what cannot be told by names.
    Taken {
        /// What has the name.
        what: String,
        /// The name that it had.
        from: String,
        /// The name that it is to have.
        to: String,
    },
    /// What was asked for by name is not there.
    Unknown {
        /// What was asked for.
        what: String,
    },
    /// A backend cannot do what an operation says.
    Refused {
        /// The migration.
        migration: MigrationId,
        /// The operation.
        operation: String,
        /// What it lacks.
        cause: orm::Error,
    },
    /// Nothing takes an operation back.
    Irreversible {
        /// The migration.
        migration: MigrationId,
        /// The operation.
        operation: String,
    },
    /// A database could not be asked, or said no.
    Database(orm::Error),
    /// A step of a migration failed. What the backend takes back is as it was before.
    Step {
        /// The migration.
        migration: MigrationId,
        /// The operation.
        operation: String,
        /// The statement; of SQL of the user's own its first words.
        sql: String,
        /// Whether steps before it stay done: the migration stands half.
        half: bool,
        /// What the database said.
        cause: orm::Error,
    },
    /// Rows are in the way of an operation.
    Rows {
        /// The migration.
        migration: MigrationId,
        /// The operation.
        operation: String,
        /// How many rows.
        count: u64,
        /// Which rows.
        rows: String,
        /// Whether steps before it stay done: the migration stands half.
        half: bool,
    },
    /// Rows refer to rows that are not there.
    Dangling {
        /// The migration.
        migration: MigrationId,
        /// The table of those rows, and the table that they refer to.
        tables: Vec<(String, String)>,
    },
    /// A table has columns of which no migration knows, and which would be lost.
    UnknownColumns {
        /// The migration.
        migration: MigrationId,
        /// The table.
        table: String,
        /// The columns.
        columns: Vec<String>,
    },
    /// A table says more than the migrations know, such as a check or a unique key, which would be lost.
    UnknownParts {
        /// The migration.
        migration: MigrationId,
        /// The table.
        table: String,
        /// What it says.
        parts: Vec<String>,
    },
    /// Somebody else migrates the database, and went on for longer than was waited.
    Locked {
        /// Who, as far as the database tells.
        holder: String,
    },
    /// Migrations have been applied of which there are no files.
    NoFile {
        /// The migrations.
        migrations: Vec<MigrationId>,
    },
    /// Files say something else than when they were applied.
    Changed {
        /// The migrations.
        migrations: Vec<MigrationId>,
    },
    /// A migration has been applied, and one that it needs has not.
    Inconsistent {
        /// The migration.
        migration: MigrationId,
        /// What it needs.
        needs: MigrationId,
    },
    /// Several migrations have names that begin so.
    Ambiguous {
        /// What was asked for.
        name: String,
        /// Those.
        migrations: Vec<MigrationId>,
    },
    /// A migration stands half, and it has to be said what is to become of it.
    Half {
        /// The migration.
        migration: MigrationId,
        /// Why nobody but people can tell.
        reason: String,
    },
    /// No order of the changes was found.
    Unordered {
        /// What cannot be done before something else among these is.
        operations: Vec<String>,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list =
            |ids: &[MigrationId]| ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
        match self {
            Self::Io { path, .. } => write!(f, "`{}` could not be read or written", path.display()),
            Self::Syntax { path, reason } => write!(f, "`{}` is no migration: {reason}", path.display()),
            Self::Missing { migration, needs } => {
                write!(f, "the migration `{migration}` needs `{needs}`, which is not there")
            }
            Self::Circle { migrations } => {
                write!(f, "migrations need each other in a circle: {}", list(migrations))
            }
            Self::SeveralLeaves { app, leaves } => write!(
                f,
                "the app `{app}` has several last migrations: {}; `makemigrations --merge` joins them",
                leaves.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            ),
            Self::Unmergeable { app, leaves, reason } => write!(
                f,
                "the branches of the app `{app}` that end with {} cannot be joined, give one of them the other as a \
                 parent: {reason}",
                leaves.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            ),
            Self::Conflict { migration: Some(id), operation, reason } => {
                write!(f, "the migration `{id}` cannot {operation}: {reason}")
            }
            Self::Conflict { migration: None, operation, reason } => {
                write!(f, "cannot {operation}: {reason}")
            }
            Self::NotLinked { app } => write!(
                f,
                "the app `{app}` has tables, and this program no model of it: link its crate, `use that_crate as _;`, or \
                 say `--app {app}` if its tables are to go"
            ),
            Self::Models(_) => f.write_str("the models cannot be tables as they are"),
            Self::Taken { what, from, to } => write!(
                f,
                "the {what} that was `{from}` is `{to}` now, and one of these names is another's, now or before: make two \
                 migrations, with a name of its own in between"
            ),
            Self::Unknown { what } => write!(f, "there is no {what}"),
            Self::Refused { migration, operation, .. } => {
                write!(f, "the migration `{migration}` cannot {operation} on this backend")
            }
            Self::Irreversible { migration, operation } => write!(
                f,
                "nothing takes back to {operation} of the migration `{migration}`: give it a `reverse`"
            ),
            Self::Database(_) => f.write_str("the database could not be asked, or said no"),
            Self::Step { migration, operation, sql, half, .. } => write!(
                f,
                "the migration `{migration}` could not {operation}{}: `{}`",
                stands(*half),
                first_line(sql)
            ),
            Self::Rows { migration, operation, count, rows, half } => write!(
                f,
                "the migration `{migration}` cannot {operation}{}: there are {count} {rows}",
                stands(*half)
            ),
            Self::Dangling { migration, tables } => {
                let pairs: Vec<_> = tables
                    .iter()
                    .map(|(own, other)| format!("rows of `{own}` refer to rows of `{other}`"))
                    .collect();
                write!(f, "behind the migration `{migration}` {} that are not there", pairs.join(", and "))
            }
            Self::UnknownColumns { migration, table, columns } => write!(
                f,
                "the migration `{migration}` makes the table `{table}` anew, and no migration knows of its columns {}, \
                 which would be lost",
                columns.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            ),
            Self::UnknownParts { migration, table, parts } => write!(
                f,
                "the migration `{migration}` makes the table `{table}` anew, and no migration knows of what it says, which \
                 would be lost: {}; take it out of the table, or make the table with SQL of one's own",
                parts.iter().map(|part| format!("`{part}`")).collect::<Vec<_>>().join(", ")
            ),
            Self::Locked { holder } => write!(f, "somebody else migrates this database: {holder}"),
            Self::NoFile { migrations } => write!(
                f,
                "these migrations have been applied, and there are no files of them: {}",
                list(migrations)
            ),
            Self::Changed { migrations } => write!(
                f,
                "these migrations say something else than when they were applied, bring the files back as they were: {}",
                list(migrations)
            ),
            Self::Inconsistent { migration, needs } => {
                write!(
                    f,
                    "the migration `{migration}` has been applied, and `{needs}`, which it needs, has not"
                )
            }
            Self::Ambiguous { name, migrations } => {
                write!(f, "`{name}` may be any of {}", list(migrations))
            }
            Self::Half { migration, reason } => {
                write!(f, "the migration `{migration}` stands half: {reason}")
            }
            Self::Unordered { operations } => write!(
                f,
                "no order was found for these changes, make them in two steps: {}",
                operations.join("; ")
            ),
        }
    }
}

fn stands(half: bool) -> &'static str {
    if half {
        ", and stands half: `migrate` goes on, `--rollback-partial` takes it back, what was dropped empty"
    } else {
        ""
    }
}

fn first_line(sql: &str) -> &str {
    sql.lines().next().unwrap_or_default()
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { cause, .. } => Some(cause),
            Self::Models(cause)
            | Self::Database(cause)
            | Self::Refused { cause, .. }
            | Self::Step { cause, .. } => Some(cause),
            _ => None,
        }
    }
}

impl From<orm::Error> for Error {
    fn from(error: orm::Error) -> Self {
        Self::Models(error)
    }
}
