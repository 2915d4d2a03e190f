//! `makemigrations`.

use std::fs;
use std::path::PathBuf;

use super::args::Makemigrations;
use super::{Ended, Project, Terminal, prompt};
use crate::diff::{Answers, Question};
use crate::error::{Error, Result};
use crate::file::{Files, Migration};
use crate::make::{Made, Options, checked, make};
use crate::state::Models;

pub(super) fn run(project: &Project, args: Makemigrations, terminal: &mut Terminal<'_>) -> Result<Ended> {
    if let Some(name) = &args.name {
        checked(name)?;
    }
    let files = Files::read(&project.folder)?;
    if args.merge {
        let made = files.merged(&args.app, args.name.as_deref())?;
        return write(project, &made, args.dry_run, terminal);
    }
    let models = Models::of_program(&project.backends)?;
    linked(&files, &models, &args.app)?;
    let mut answers = match &args.answers {
        Some(path) => {
            let text = fs::read_to_string(path).map_err(|cause| Error::Io { path: path.clone(), cause })?;
            Answers::from_json(&text)?
        }
        None => Answers::new(),
    };
    args.rename.iter().try_for_each(|pair| answers.rename(pair))?;
    let mut options = Options { apps: args.app, name: args.name, empty: args.empty, answers };
    loop {
        match make(&files, &models, &options)? {
            Made::Migrations(made) if args.check => return check(&made, terminal),
            Made::Migrations(made) => return write(project, &made, args.dry_run, terminal),
            Made::Questions(_) if args.check => {
                say(terminal, "the models have changed, and there are questions: run `makemigrations`\n")?;
                return Ok(Ended::Changed);
            }
            Made::Questions(questions) => {
                // One at a time: its answer may settle the others.
                let answer = match (questions.first(), &mut terminal.input) {
                    (Some(question), Some(input)) => prompt::ask(question, terminal.out, *input)?,
                    _ => None,
                };
                match (answer, questions.first()) {
                    (Some(answer), Some(question)) => options.answers.insert(&question.id, answer),
                    _ => return told(&questions, terminal),
                }
            }
        }
    }
}

/// Refuses to take an app without models for one whose tables are to go: its crate may not be linked.
fn linked(files: &Files, models: &Models, meant: &[String]) -> Result<()> {
    let has_models = |app: &str| models.apps().any(|other| other == app);
    let state = files.state()?;
    let app = state
        .tables()
        .map(|stored| stored.app.as_str())
        .find(|app| !has_models(app) && !meant.iter().any(|own| own == app));
    match app {
        Some(app) => Err(Error::NotLinked { app: app.to_owned() }),
        None => Ok(()),
    }
}

/// The questions for a program to read.
fn told(questions: &[Question], terminal: &mut Terminal<'_>) -> Result<Ended> {
    let json = serde_json::json!({ "questions": questions });
    say(terminal, &format!("{json:#}\n"))?;
    Ok(Ended::Asked)
}

fn check(made: &[Migration], terminal: &mut Terminal<'_>) -> Result<Ended> {
    if made.is_empty() {
        say(terminal, "no changes\n")?;
        return Ok(Ended::Done);
    }
    for migration in made {
        say(terminal, &format!("missing: {}\n{}", migration.id, operations(migration)))?;
    }
    Ok(Ended::Changed)
}

fn write(project: &Project, made: &[Migration], dry: bool, terminal: &mut Terminal<'_>) -> Result<Ended> {
    if made.is_empty() {
        say(terminal, "no changes\n")?;
    }
    for migration in made {
        if dry {
            let path = migration.path(&project.folder);
            let text = migration.text().map_err(|reason| Error::Syntax { path, reason })?;
            say(terminal, &format!("{text}\n"))?;
        } else {
            let path = migration.write(&project.folder)?;
            say(terminal, &format!("{}\n{}", path.display(), operations(migration)))?;
        }
    }
    Ok(Ended::Done)
}

fn operations(migration: &Migration) -> String {
    migration.operations.iter().map(|operation| format!("  - {}\n", operation.describe())).collect()
}

pub(super) fn say(terminal: &mut Terminal<'_>, text: &str) -> Result<()> {
    written(terminal.out.write_all(text.as_bytes()))
}

pub(super) fn written(outcome: std::io::Result<()>) -> Result<()> {
    outcome.map_err(|cause| Error::Io { path: PathBuf::from("standard output"), cause })
}
