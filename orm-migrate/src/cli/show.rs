//! Commands that change nothing: `showmigrations`, `sqlmigrate`, `check`.

use orm::Backend;

use super::args::{OnDatabase, Showmigrations, Sqlmigrate};
use super::makemigrations::say;
use super::{Ended, Project, Terminal, database};
use crate::error::Result;
use crate::file::Files;
use crate::make::{Made, Options, make};
use crate::render::Kind;
use crate::run::{Standing, Until, plan, status};
use crate::state::Models;

pub(super) fn migrations(
    project: &Project,
    args: &Showmigrations,
    terminal: &mut Terminal<'_>,
) -> Result<Ended> {
    let files = Files::read(&project.folder)?;
    let known = &files;
    let mut all =
        database::with(project, &args.on, move |database| async move { status(known, &database).await })?;
    all.retain(|one| args.app.is_empty() || args.app.contains(&one.id.app));
    if args.json {
        let one = |status: &crate::Status| {
            let (standing, at) = standing(&status.standing);
            serde_json::json!({ "app": status.id.app, "name": status.id.name, "standing": standing, "at": at })
        };
        let json: Vec<_> = all.iter().map(one).collect();
        say(terminal, &format!("{:#}\n", serde_json::json!({ "migrations": json })))?;
        return Ok(Ended::Done);
    }
    for one in &all {
        let (words, at) = standing(&one.standing);
        let mark = if matches!(one.standing, Standing::Applied(_)) { "x" } else { " " };
        let note = match one.standing {
            Standing::Open => String::new(),
            _ => format!("  {words}{}{}", if at.is_empty() { "" } else { " " }, at),
        };
        say(terminal, &format!("[{mark}] {}{note}\n", one.id))?;
    }
    Ok(Ended::Done)
}

fn standing(standing: &Standing) -> (&'static str, &str) {
    match standing {
        Standing::Open => ("open", ""),
        Standing::Applied(at) => ("applied", at),
        Standing::Changed(at) => ("changed since it was applied", at),
        Standing::NoFile(at) => ("no file, applied", at),
        Standing::Half => ("half", ""),
    }
}

pub(super) fn sql(project: &Project, args: &Sqlmigrate, terminal: &mut Terminal<'_>) -> Result<Ended> {
    let files = Files::read(&project.folder)?;
    let id = files.named(&args.app, &args.name)?;
    for backend in &project.backends {
        if project.backends.len() > 1 {
            say(terminal, &format!("-- {backend}\n"))?;
        }
        let mut about = String::new();
        for step in files.sql(&id, *backend, args.backwards)? {
            if step.operation != about {
                say(terminal, &format!("-- {}\n", step.operation.replace(char::is_control, " ")))?;
                about.clone_from(&step.operation);
            }
            match &step.kind {
                Kind::Guard(rows) => say(terminal, &format!("-- ends here if there are {rows}\n"))?,
                Kind::Rebuild { .. } => {
                    say(terminal, "-- keeps indexes, triggers and views of others, with foreign keys off\n")?;
                }
                _ => {}
            }
            for sql in &step.sql {
                say(terminal, &format!("{sql};\n"))?;
            }
        }
    }
    Ok(Ended::Done)
}

pub(super) fn check(project: &Project, args: &OnDatabase, terminal: &mut Terminal<'_>) -> Result<Ended> {
    let files = Files::read(&project.folder)?;
    let models = Models::of_program(&project.backends)?;
    let mut ended = Ended::Done;
    let changed = match make(&files, &models, &Options::default())? {
        Made::Migrations(made) => !made.is_empty(),
        Made::Questions(_) => true,
    };
    if changed {
        say(terminal, "the models have changed: run `makemigrations`\n")?;
        ended = Ended::Changed;
    }
    let backends: Vec<Backend> = project.backends.clone();
    for migration in files.iter() {
        for backend in &backends {
            files.sql(&migration.id, *backend, false)?;
        }
    }
    let known = &files;
    let (left, all) = database::with(project, args, move |database| async move {
        Ok((plan(known, &database, &Until::Newest).await?, status(known, &database).await?))
    })?;
    let half: Vec<_> = all.into_iter().filter(|one| one.standing == Standing::Half).collect();
    let left = left.into_iter().filter(|one| !half.iter().any(|half| half.id == one.id));
    for one in left {
        say(terminal, &format!("not applied: {}\n", one.id))?;
        ended = Ended::Changed;
    }
    for one in &half {
        say(terminal, &format!("stands half: {}\n", one.id))?;
        ended = Ended::Half;
    }
    if ended == Ended::Done {
        say(terminal, "everything is as it should be\n")?;
    }
    Ok(ended)
}
