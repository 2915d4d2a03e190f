//! How a database goes about a statement.
//!
//! `steps` reads what each backend says into one form.

mod steps;

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::collect::{Collect, Expect, Finish, Response};
use super::{Job, Lease, Run, fit, perform};
use crate::database::Target;
use crate::driver::{Backend, Cursor, Sink, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::plan::Plan;
use crate::plan::secret::looks_at_sensitive;
use crate::sql;
use crate::types::Value;

/// A statement that is to be explained.
#[derive(Debug)]
pub(crate) struct Explain {
    pub(super) plan: Plan,
    /// Whether it is run, and what really happened told.
    analyze: bool,
    json: bool,
    /// Which tables the names in the SQL stand for, once that is known.
    names: Arc<OnceLock<Vec<String>>>,
}

/// Stands for what may be said of an explanation before it is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Explaining {}

/// How a database goes about a statement: its steps, each with those that it needs behind it.
///
/// `Display` shows them as a tree. What a step is called, and what is told of it, is up to the database and its version.
/// Where rows with `sensitive` fields are looked at, no condition is told: each holds values, and MySQL even those of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    steps: Vec<ExplainStep>,
    notes: Vec<String>,
    text: String,
}

/// One step of an [`Explanation`].
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainStep {
    depth: usize,
    what: String,
    details: Vec<String>,
}

impl ExplainStep {
    /// How many steps it is below the first.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// What is done, with the estimates of the database.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What else is told of it: conditions, orders, memory.
    #[must_use]
    pub fn details(&self) -> &[String] {
        &self.details
    }
}

impl Explanation {
    /// The steps, each before those that it needs.
    #[must_use]
    pub fn steps(&self) -> &[ExplainStep] {
        &self.steps
    }

    /// What is told of the whole, and which tables the names in the SQL stand for.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What the database says, as it says it: a text, or JSON where that was asked for.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return f.write_str(&self.text);
        }
        for step in &self.steps {
            let indent = "   ".repeat(step.depth);
            writeln!(f, "{indent}{}", step.what)?;
            step.details.iter().try_for_each(|detail| writeln!(f, "{indent}   | {detail}"))?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "{note}"))
    }
}

impl<'c, T, S> Run<'c, T, S> {
    /// Asks the database how it would go about the statement, instead of running it.
    ///
    /// Of a query with related rows, the statement that reads the rows themselves. See [`Run::analyze`] for what really
    /// happens.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidQuery`] for what is not one statement that reads, updates or deletes.
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
    /// #     age: i32,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// println!("{}", User::objects().filter(User::age.gt(18)).explain().await?);
    /// println!("{}", User::objects().filter(User::age.gt(18)).update(User::age.set(18)).explain().await?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn explain(self) -> Run<'c, Explanation, Explaining> {
        let (job, target) = self.into_job();
        let plan = match job {
            Job::Plan(Plan::Insert(_)) => Err(not_one()),
            Job::Plan(plan) => Ok(plan),
            Job::Tree(tree) => tree.plan(),
            Job::Refused(error) => Err(error),
            _ => Err(not_one()),
        };
        explained(plan, target)
    }
}

fn not_one() -> Error {
    let reason = "only one statement that reads, updates or deletes can be explained".to_owned();
    Error::new(ErrorKind::InvalidQuery { reason })
}

fn explained(plan: Result<Plan>, target: Target<'_>) -> Run<'_, Explanation, Explaining> {
    let is_bare = plan.as_ref().is_ok_and(looks_at_sensitive);
    let names = Arc::new(OnceLock::new());
    let job = match plan {
        Ok(plan) => {
            let names = Arc::clone(&names);
            Job::Explain(Box::new(Explain { plan, analyze: false, json: false, names }))
        }
        Err(error) => Job::Refused(error),
    };
    let finish = |response: Response| match response.rows.into_any().downcast::<Said>() {
        Ok(said) => {
            let mut explanation = steps::read(&said.columns, &said.rows, said.is_bare);
            explanation.notes.extend(said.names.get().into_iter().flatten().cloned());
            Ok(explanation)
        }
        Err(_) => Ok(steps::read(&[], &[], true)),
    };
    let sink = Box::new(Said { columns: Vec::new(), rows: Vec::new(), is_bare, names });
    Run::said(job, target, Finish { sink, expect: Expect::Any, finish })
}

impl<'c> Run<'c, Explanation, Explaining> {
    /// Runs the statement, throws its rows away, and tells what really happened: rows and times.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] on SQLite; [`ErrorKind::InvalidQuery`] for a statement that writes, which it would do.
    pub fn analyze(self) -> Self {
        self.change(|job| {
            if let Job::Explain(explain) = job {
                explain.analyze = true;
            }
        })
    }

    /// Asks for JSON, which [`Explanation::text`] then is. There are no steps.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidQuery`] where rows with `sensitive` fields are looked at, whose values it would hold;
    /// [`ErrorKind::Unsupported`] on SQLite, and together with [`analyze`](Self::analyze) on MySQL before 8.3.
    pub fn json(self) -> Self {
        self.change(|job| {
            if let Job::Explain(explain) = job {
                explain.json = true;
            }
        })
    }
}

/// Sends the statement with what has it explained, and hands what comes to `sink`.
///
/// # Errors
///
/// As running it; `Unsupported`, `InvalidQuery`.
pub(super) async fn explain(lease: &mut Lease<'_>, explain: Explain, sink: &mut dyn Sink) -> Result<u64> {
    let Explain { plan, analyze, json, names } = &explain;
    fit::check(plan, lease.server().backend)?;
    if *analyze && matches!(plan, Plan::Update(_) | Plan::Delete(_)) {
        let reason = "`analyze` runs the statement, and this one writes: explain it without".to_owned();
        return Err(Error::new(ErrorKind::InvalidQuery { reason }));
    }
    if let (true, Plan::Select(select)) = (*analyze, plan)
        && select.lock.is_some()
    {
        perform::lasts(lease)?;
    }
    if *json && looks_at_sensitive(plan) {
        let reason =
            "the JSON of a plan holds values, and there are sensitive fields: explain it without".to_owned();
        return Err(Error::new(ErrorKind::InvalidQuery { reason }));
    }
    let server = lease.server();
    let backend = server.backend;
    let unsupported = |feature| Err(Error::new(ErrorKind::Unsupported { feature, backend: backend.name() }));
    let before = match (backend, analyze, json) {
        (Backend::Sqlite, true, _) => return unsupported("explaining what really happened (`analyze`)"),
        (Backend::Sqlite, _, true) => return unsupported("explaining in JSON"),
        (Backend::Sqlite, false, false) => "EXPLAIN QUERY PLAN ",
        (Backend::Postgres, false, false) => "EXPLAIN ",
        (Backend::Postgres, true, false) => "EXPLAIN (ANALYZE) ",
        (Backend::Postgres, false, true) => "EXPLAIN (FORMAT JSON) ",
        (Backend::Postgres, true, true) => "EXPLAIN (ANALYZE, FORMAT JSON) ",
        // It has no tree of what changes rows.
        (Backend::MySql, false, false) if matches!(plan, Plan::Update(_) | Plan::Delete(_)) => {
            "EXPLAIN FORMAT=TRADITIONAL "
        }
        (Backend::MySql, false, false) => "EXPLAIN FORMAT=TREE ",
        (Backend::MySql, true, false) => "EXPLAIN ANALYZE ",
        (Backend::MySql, true, true) if server.version < (8, 3, 0) => {
            return unsupported("explaining what really happened in JSON before version 8.3");
        }
        (Backend::MySql, true, true) => "EXPLAIN ANALYZE FORMAT=JSON ",
        (Backend::MySql | Backend::MariaDb, false, true) => "EXPLAIN FORMAT=JSON ",
        (Backend::MariaDb, false, false) => "EXPLAIN ",
        (Backend::MariaDb, true, false) => "ANALYZE ",
        (Backend::MariaDb, true, true) => "ANALYZE FORMAT=JSON ",
    };
    let prepared = sql::prepare(plan, server)?;
    if !json {
        names.get_or_init(|| steps::names_of(prepared.sql()));
    }
    let (text, args): (Arc<str>, _) = (format!("{before}{}", prepared.sql()).into(), prepared.args());
    let statement = Statement { sql: &text, args: &args, scales: &[] };
    let said = lease.run(statement, sink).await;
    said.map(|_| 0).map_err(|error| super::blame::blame(error, plan))
}

/// What the database says, as texts.
struct Said {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Whether what may hold values is left out.
    is_bare: bool,
    names: Arc<OnceLock<Vec<String>>>,
}

fn text(value: Value) -> String {
    match value {
        Value::Null(_) => String::new(),
        Value::Text(text) => text,
        Value::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Value::Int(number) => number.to_string(),
        Value::UInt(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Double(number) => number.to_string(),
        #[cfg(feature = "decimal")]
        Value::Decimal(number) => number.to_string(),
        #[cfg(feature = "json")]
        Value::Json(json) => format!("{json:#}"),
        other => format!("{other:?}"),
    }
}

impl Sink for Said {
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        let values = (0..self.columns.len()).map(|_| row.value().map(text));
        let values = values.collect::<Result<_>>()?;
        self.rows.push(values);
        Ok(())
    }

    fn wants_columns(&self) -> bool {
        true
    }

    fn columns(&mut self, names: Vec<String>) -> Result<()> {
        self.columns = names;
        Ok(())
    }
}

impl Collect for Said {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn attach(&mut self, _: &mut [Box<dyn Any + Send>]) -> Result<()> {
        Ok(())
    }

    fn clear(&mut self) {
        self.rows.clear();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
