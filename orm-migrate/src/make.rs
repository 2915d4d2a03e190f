//! New migrations from what the models say.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::{Answers, Difference, Question, Step, diff};
use crate::error::{Error, Result};
use crate::file::{Files, Migration, MigrationId};
use crate::operation::Operation;
use crate::state::Models;

/// What is to be made.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// The apps that migrations are made for, with those that these need; all if it is empty.
    pub apps: Vec<String>,
    /// The name of the migrations, behind their numbers; one that tells what they do without one.
    pub name: Option<String>,
    /// Whether to make a migration without operations for each of `apps`, for SQL of one's own.
    pub empty: bool,
    /// What is known of renames and values.
    pub answers: Answers,
}

/// What came of it.
#[derive(Debug)]
#[non_exhaustive]
pub enum Made {
    /// New migrations, in the order in which they run; none if the models have not changed. They are in no file yet.
    Migrations(Vec<Migration>),
    /// What has to be known first.
    Questions(Vec<Question>),
}

/// Makes migrations that lead from the last ones to the models. No database is asked, and nothing is written.
///
/// The same files, models and options give the same migrations, to the byte.
///
/// # Errors
///
/// Those of [`Files::state`]; [`Error::Unknown`] for an app or an answer that fits nothing; [`Error::Unordered`].
pub fn make(files: &Files, models: &Models, options: &Options) -> Result<Made> {
    let state = files.state()?;
    let known: BTreeSet<&str> = files
        .iter()
        .map(|migration| migration.id.app.as_str())
        .chain(models.state().tables().map(|stored| stored.app.as_str()))
        .collect();
    if let Some(app) = options.apps.iter().find(|app| !known.contains(app.as_str())) {
        return Err(Error::Unknown { what: format!("app `{app}`") });
    }
    if options.empty {
        if options.apps.is_empty() {
            return Err(Error::Unknown { what: "app named, and an empty migration is of one".to_owned() });
        }
        let step = |app: &String| Step { app: app.clone(), operations: Vec::new(), apps: BTreeSet::new() };
        return migrations(files, options.apps.iter().map(step).collect(), options).map(Made::Migrations);
    }
    match diff(&state, models, &options.answers)? {
        Difference::Questions(questions) => Ok(Made::Questions(questions)),
        Difference::Steps(steps) => migrations(files, steps, options).map(Made::Migrations),
    }
}

/// The steps with numbers, names, parents and dependencies.
fn migrations(files: &Files, steps: Vec<Step>, options: &Options) -> Result<Vec<Migration>> {
    let mut last: BTreeMap<String, Option<MigrationId>> = BTreeMap::new();
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let mut made = Vec::with_capacity(steps.len());
    for step in steps {
        let number = numbers.entry(step.app.clone()).or_insert_with(|| files.next_number(&step.app));
        let id = MigrationId::new(&step.app, name(*number, &step, options)?);
        *number += 1;
        let mut leaf = |app: &String| -> Result<Option<MigrationId>> {
            if let Some(known) = last.get(app) {
                return Ok(known.clone());
            }
            let leaf = files.leaf(app)?.cloned();
            last.insert(app.clone(), leaf.clone());
            Ok(leaf)
        };
        let parents = leaf(&step.app)?.map(|id| id.name).into_iter().collect();
        let mut dependencies = Vec::new();
        for app in step.apps.iter().chain(&apps_with_a_past(files, &step)) {
            dependencies.extend(leaf(app)?.filter(|id| id.app != step.app));
        }
        dependencies.sort();
        dependencies.dedup();
        last.insert(step.app.clone(), Some(id.clone()));
        made.push(Migration { id, parents, dependencies, operations: step.operations });
    }
    Ok(needed(made, &options.apps))
}

/// The apps whose migrations so far have to do with what the step takes away or takes for itself: names of tables, and
/// enums of their own. Whoever replays all of it must not come upon them in another order.
fn apps_with_a_past(files: &Files, step: &Step) -> BTreeSet<String> {
    let enums: BTreeSet<_> = step.operations.iter().flat_map(Operation::enums).collect();
    let names: BTreeSet<_> = step.operations.iter().flat_map(Operation::upsets).collect();
    // Whoever changes an enum comes behind all that have it, and they behind whoever changed it.
    let changes = step.operations.iter().any(|operation| matches!(operation, Operation::AlterEnum { .. }));
    let has_to_do = |operation: &Operation| {
        let changed = changes || matches!(operation, Operation::AlterEnum { .. });
        changed && operation.enums().iter().any(|name| enums.contains(name))
            || operation.mentions().into_iter().any(|name| names.contains(name))
    };
    let with = files.iter().filter(|migration| migration.operations.iter().any(has_to_do));
    with.map(|migration| migration.id.app.clone()).collect()
}

/// Those of the apps, and those that these need.
fn needed(made: Vec<Migration>, apps: &[String]) -> Vec<Migration> {
    if apps.is_empty() {
        return made;
    }
    let mut needed: BTreeSet<MigrationId> = BTreeSet::new();
    for migration in made.iter().rev() {
        if apps.contains(&migration.id.app) || needed.contains(&migration.id) {
            let parents = migration.parents.iter().map(|name| MigrationId::new(&migration.id.app, name));
            needed.extend(parents.chain(migration.dependencies.iter().cloned()));
            needed.insert(migration.id.clone());
        }
    }
    made.into_iter().filter(|migration| needed.contains(&migration.id)).collect()
}

/// The name, if a file could have it.
pub(crate) fn checked(name: &str) -> Result<&str> {
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        let what = format!("name `{name}` that a file could have: write letters, digits and `_`");
        return Err(Error::Unknown { what });
    }
    Ok(name)
}

/// The name of the file: a number, and what the migration is about.
fn name(number: u32, step: &Step, options: &Options) -> Result<String> {
    /// The longest that is made of operations.
    const LONGEST: usize = 40;

    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if step.app.is_empty() || !is_plain(&step.app) {
        let app = &step.app;
        let what =
            format!("app `{app}` that a folder could be called after: write letters, digits, `_` and `-`");
        return Err(Error::Unknown { what });
    }
    let about = match &options.name {
        Some(name) => checked(name)?.to_owned(),
        None if step.operations.is_empty() => "empty".to_owned(),
        None if number == 1 => "initial".to_owned(),
        None => {
            let mut about = String::new();
            for (at, operation) in step.operations.iter().enumerate() {
                let slug = operation.slug();
                if at > 0 && about.len() + 1 + slug.len() > LONGEST {
                    about.push_str("_and_more");
                    break;
                }
                let gap = if at > 0 { "_" } else { "" };
                about.push_str(&format!("{gap}{slug}"));
            }
            about
        }
    };
    Ok(format!("{number:04}_{about}"))
}
