//! `migrate`.

use std::time::Duration;

use super::args::{Migrate, ResumeName};
use super::makemigrations::say;
use super::{Ended, Project, Terminal, database};
use crate::error::Result;
use crate::file::Files;
use crate::run::{Event, MigrateOptions, Planned, Resume, Until, migrate, plan};

pub(super) fn run(project: &Project, args: Migrate, terminal: &mut Terminal<'_>) -> Result<Ended> {
    let files = Files::read(&project.folder)?;
    let until = match (args.app, args.name) {
        (None, _) => Until::Newest,
        (Some(app), None) => Until::NewestOf(app),
        (Some(app), Some(name)) if name == "zero" => Until::Nothing(app),
        (Some(app), Some(name)) => Until::Named { app, name },
    };
    if args.plan {
        let (files, until) = (&files, &until);
        let planned =
            database::with(
                project,
                &args.on,
                move |database| async move { plan(files, &database, until).await },
            )?;
        if planned.is_empty() {
            say(terminal, "nothing to do\n")?;
        }
        for one in planned {
            say(terminal, &format!("{}\n", line(&one)))?;
            let migration = files.get(&one.id).into_iter().flat_map(|migration| &migration.operations);
            for operation in migration {
                let back = if one.backwards { "take back: " } else { "" };
                say(terminal, &format!("  - {back}{}\n", operation.describe()))?;
            }
        }
        return Ok(Ended::Done);
    }
    let options = MigrateOptions {
        until,
        fake: args.fake,
        fake_initial: args.fake_initial,
        rollback_partial: args.rollback_partial,
        resume: args.resume.map(|resume| match resume {
            ResumeName::Done => Resume::Done,
            ResumeName::Again => Resume::Again,
            ResumeName::Applied => Resume::Applied,
            ResumeName::Abandon => Resume::Abandon,
        }),
        patience: Duration::from_secs(args.wait),
    };
    // What is said is kept until the end of a line: the database is on another thread.
    let (send, receive) = std::sync::mpsc::channel::<String>();
    let outcome = std::thread::scope(|scope| {
        let (files, options, on) = (&files, &options, &args.on);
        let work = scope.spawn(move || {
            database::with(project, on, move |database| {
                async move {
                    let mut told = |event: &Event| {
                        // Nobody listens if the terminal is gone; the work goes on.
                        drop(send.send(words(event)));
                    };
                    migrate(files, &database, options, &mut told).await
                }
            })
        });
        let mut written = Ok(());
        for line in receive {
            if written.is_ok() && !line.is_empty() {
                written = say(terminal, &line);
            }
        }
        match work.join() {
            Ok(outcome) => outcome.and_then(|migrated| written.map(|()| migrated)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })?;
    if outcome.migrations.is_empty() {
        say(terminal, "nothing to do\n")?;
    }
    Ok(Ended::Done)
}

fn line(planned: &Planned) -> String {
    let what = if planned.backwards { "take back" } else { "apply" };
    format!("{what} {}", planned.id)
}

fn words(event: &Event) -> String {
    match event {
        Event::Begun(planned) => format!("{} ..\n", line(planned)),
        Event::StepBegun { .. } | Event::StepEnded { .. } => String::new(),
        Event::Ended(planned) => format!("{}: done\n", line(planned)),
        Event::Noted(planned) => format!("{}: only noted\n", line(planned)),
    }
}
