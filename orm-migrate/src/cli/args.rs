//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use orm::Backend;

const CODES: &str = "Exit codes:
  0  done
  1  something went wrong, which standard error tells
  2  the arguments make no sense
  3  there are questions and no terminal: they are on standard output, as JSON
  4  with --check: the models have changed";

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
