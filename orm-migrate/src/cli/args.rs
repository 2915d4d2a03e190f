//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use orm::Backend;

const CODES: &str = "Exit codes:
  0  done
  1  something went wrong, which standard error tells
  2  the arguments make no sense
  3  there are questions and no terminal: they are on standard output, as JSON
  4  with --check: the models have changed; of `check`: that, or something is left to apply
  5  somebody else migrates the database, and went on for longer than was waited
  6  a migration stands half, or a step failed behind others that stay: what to do is on standard error";

const MIGRATE: &str = "Examples:
  migrate                            everything, to the newest
  migrate blog                       one app, with what it needs
  migrate blog 0003                  to this migration, forwards or backwards; the beginning of its name will do
  migrate blog zero                  takes back everything of an app, and what needs it
  migrate --plan                     only shows what would be done
  migrate --fake-initial             for tables that are there already
  migrate --resume applied           notes a half migration that somebody has ended by hand
  migrate --rollback-partial         takes back what was done of a migration that was interrupted
  migrate --database postgres://me@localhost/shop";

const EXAMPLES: &str = "Examples:
  makemigrations                                   what the models have changed, for every app
  makemigrations --dry-run                         only shows it
  makemigrations --check                           for continuous integration
  makemigrations --rename posts.title=heading      says that a column was renamed
  makemigrations --answers answers.json            {\"fill:posts.rating\": {\"fill\": {\"value\": 0}}}
  makemigrations --app blog --empty --name tidy    a file for SQL of one's own
  makemigrations --merge                           joins branches of one app";

/// Migrations, made from the models of this program.
#[derive(Debug, Parser)]
#[command(after_help = CODES, disable_help_subcommand = true)]
pub(super) struct Args {
    /// The folder of the migrations, with a folder for each app
    #[arg(long, global = true, value_name = "FOLDER")]
    pub(super) folder: Option<PathBuf>,
    /// The backends that the migrations are for; those that are compiled in without it
    #[arg(long, global = true, value_delimiter = ',', value_name = "BACKEND")]
    pub(super) backend: Vec<BackendName>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Writes what the models have changed into new files, without asking a database
    #[command(after_help = EXAMPLES)]
    Makemigrations(Makemigrations),
    /// Applies migrations to a database, or takes them back
    #[command(after_help = MIGRATE)]
    Migrate(Migrate),
    /// Shows which migrations have been applied, without writing anything
    Showmigrations(Showmigrations),
    /// Shows the SQL of a migration, without asking a database
    Sqlmigrate(Sqlmigrate),
    /// Whether the models have changed, the files fit each other, and everything has been applied
    Check(OnDatabase),
}

#[derive(Debug, ClapArgs)]
pub(super) struct OnDatabase {
    /// The URL of the database; that of the project, or of DATABASE_URL, without it
    #[arg(long, value_name = "URL")]
    pub(super) database: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Migrate {
    /// Only this app, with what it needs
    pub(super) app: Option<String>,
    /// The migration to go to, or the beginning of its name; `zero` takes back all
    #[arg(requires = "app")]
    pub(super) name: Option<String>,
    #[command(flatten)]
    pub(super) on: OnDatabase,
    /// Shows what would be done, and does nothing
    #[arg(long, conflicts_with_all = ["fake", "fake_initial", "rollback_partial", "resume"])]
    pub(super) plan: bool,
    /// Only notes the migrations, and runs nothing
    #[arg(long)]
    pub(super) fake: bool,
    /// Only notes the first migration of an app if all its tables are there with all their columns
    #[arg(long)]
    pub(super) fake_initial: bool,
    /// Takes back what was done of a migration that stands half, and does nothing else
    #[arg(long, conflicts_with_all = ["app", "fake", "fake_initial"])]
    pub(super) rollback_partial: bool,
    /// Whether a step was done of which nobody else can know, or what somebody made of the migration by hand
    #[arg(long, value_name = "WAS", conflicts_with = "fake")]
    pub(super) resume: Option<ResumeName>,
    /// How many seconds to wait for somebody else who migrates the database
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    pub(super) wait: u64,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Showmigrations {
    /// Only those of this app; may be said several times
    #[arg(long)]
    pub(super) app: Vec<String>,
    #[command(flatten)]
    pub(super) on: OnDatabase,
    /// For programs
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Sqlmigrate {
    /// The app
    pub(super) app: String,
    /// The migration, or the beginning of its name
    pub(super) name: String,
    /// The SQL that takes it back
    #[arg(long)]
    pub(super) backwards: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ResumeName {
    /// It was done
    Done,
    /// It was not, and is done again
    Again,
    /// The migration was brought to its end by hand: only notes it as applied
    Applied,
    /// What was done of the migration was taken back by hand: only notes it as not applied
    Abandon,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Makemigrations {
    /// Only for this app, and for those that it needs; may be said several times
    #[arg(long)]
    pub(super) app: Vec<String>,
    /// The name of the files, behind their numbers
    #[arg(long)]
    pub(super) name: Option<String>,
    /// A file without operations, for SQL of one's own
    #[arg(long, requires = "app", conflicts_with_all = ["check", "rename", "answers"])]
    pub(super) empty: bool,
    /// A file that joins the branches of an app, where two people made migrations beside each other
    #[arg(long, conflicts_with_all = ["check", "empty", "rename", "answers"])]
    pub(super) merge: bool,
    /// Writes nothing, and ends with 4 if there is something to write
    #[arg(long, conflicts_with = "dry_run")]
    pub(super) check: bool,
    /// Shows the files and writes none
    #[arg(long)]
    pub(super) dry_run: bool,
    /// What was renamed: `table=table` or `table.column=column`, the table by its present name
    #[arg(long, value_name = "OLD=NEW")]
    pub(super) rename: Vec<String>,
    /// A JSON file with answers, by the ids of their questions
    #[arg(long, value_name = "FILE")]
    pub(super) answers: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum BackendName {
    Sqlite,
    Postgres,
    Mysql,
    Mariadb,
}

impl From<BackendName> for Backend {
    fn from(name: BackendName) -> Self {
        match name {
            BackendName::Sqlite => Self::Sqlite,
            BackendName::Postgres => Self::Postgres,
            BackendName::Mysql => Self::MySql,
            BackendName::Mariadb => Self::MariaDb,
        }
    }
}
