//! The command line.
//!
//! Exit codes are documented in the help, and tested: programs rely on them. What goes wrong is told on standard error
//! with its causes; what is asked for goes to standard output.

mod args;
mod database;
mod makemigrations;
mod migrate;
mod prompt;
mod show;

use std::error::Error as _;
use std::ffi::OsString;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use orm::{Backend, DatabaseOptions};

use args::{Args, Command};

use crate::error::{Error, Result};

/// Where the migrations of a project are, and which backends they are for.
#[derive(Debug, Clone)]
pub struct Project {
    folder: PathBuf,
    backends: Vec<Backend>,
    database: Option<DatabaseOptions>,
}

impl Default for Project {
    fn default() -> Self {
        Self { folder: PathBuf::from("migrations"), backends: Backend::compiled_in(), database: None }
    }
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// As it was asked for.
    Done = 0,
    /// Something went wrong.
    Failed = 1,
    /// The arguments make no sense; what clap says.
    Usage = 2,
    /// There are questions, and nobody to answer them.
    Asked = 3,
    /// With `--check`: the models have changed.
    Changed = 4,
    /// Somebody else migrates the database.
    Locked = 5,
    /// A migration stands half.
    Half = 6,
}

/// Where a command reads and writes.
pub(crate) struct Terminal<'t> {
    pub(crate) out: &'t mut dyn Write,
    /// What somebody types, if there is somebody.
    pub(crate) input: Option<&'t mut dyn BufRead>,
}

impl Project {
    /// A project with its migrations in `migrations`, for all backends that are compiled in.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With its migrations in this folder, a folder for each app.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }

    /// For these backends: models that one of them cannot have are refused.
    #[must_use]
    pub fn backends(mut self, backends: impl IntoIterator<Item = Backend>) -> Self {
        self.backends = backends.into_iter().collect();
        self
    }

    /// With this database, where the command line says no other: a URL, or [`DatabaseOptions`].
    #[must_use]
    pub fn database(mut self, options: impl Into<DatabaseOptions>) -> Self {
        self.database = Some(options.into());
        self
    }

    /// The whole of a program `manage`: reads the arguments of the process and does what they say.
    ///
    /// Prompts where both input and output are a terminal.
    #[must_use]
    pub fn manage(self) -> ExitCode {
        ExitCode::from(self.with_arguments(std::env::args_os().collect()))
    }

    /// Does what the arguments of the process say if the first of them is `orm`, and ends the process then; else it does
    /// nothing. As the first line of `main` it is all that a program needs whose models are in its binary.
    pub fn run_if_asked(self) {
        let mut arguments: Vec<_> = std::env::args_os().collect();
        if arguments.get(1).is_some_and(|first| first == "orm") {
            arguments.remove(1);
            // Not `main`'s to go on with.
            std::process::exit(i32::from(self.with_arguments(arguments)));
        }
    }

    fn with_arguments(self, arguments: Vec<OsString>) -> u8 {
        let (stdin, mut stdout) = (io::stdin(), io::stdout());
        let somebody = stdin.is_terminal() && stdout.is_terminal();
        let mut typed = stdin.lock();
        let input = somebody.then_some(&mut typed as &mut dyn BufRead);
        self.run(arguments, &mut Terminal { out: &mut stdout, input }, &mut io::stderr()) as u8
    }

    /// Does what the arguments say, of which the first is the name of the program.
    pub(crate) fn run(
        mut self,
        arguments: Vec<OsString>,
        terminal: &mut Terminal<'_>,
        errors: &mut dyn Write,
    ) -> Ended {
        let args = match Args::try_parse_from(arguments) {
            Ok(args) => args,
            Err(error) => {
                // Help that was asked for is no error.
                let (ended, to): (_, &mut dyn Write) =
                    if error.use_stderr() { (Ended::Usage, errors) } else { (Ended::Done, terminal.out) };
                let _ = write!(to, "{error}");
                return ended;
            }
        };
        if let Some(folder) = args.folder {
            self.folder = folder;
        }
        if !args.backend.is_empty() {
            self.backends = args.backend.into_iter().map(Backend::from).collect();
        }
        let outcome: Result<Ended> = match args.command {
            Command::Makemigrations(args) => makemigrations::run(&self, args, terminal),
            Command::Migrate(args) => migrate::run(&self, args, terminal),
            Command::Showmigrations(args) => show::migrations(&self, &args, terminal),
            Command::Sqlmigrate(args) => show::sql(&self, &args, terminal),
            Command::Check(args) => show::check(&self, &args, terminal),
        };
        outcome.unwrap_or_else(|error| {
            let _ = writeln!(errors, "error: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                let _ = writeln!(errors, "  because: {cause}");
                source = cause.source();
            }
            match error {
                Error::Locked { .. } => Ended::Locked,
                Error::Half { .. } | Error::Step { half: true, .. } | Error::Rows { half: true, .. } => {
                    Ended::Half
                }
                // As what clap itself refuses.
                Error::Unknown { .. } | Error::Ambiguous { .. } => Ended::Usage,
                _ => Ended::Failed,
            }
        })
    }
}
