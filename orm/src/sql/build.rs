//! Building the text of a plan, on a miss of the cache.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_query::{Expr, QueryBuilder, QueryStatementBuilder};

use super::cache::Compiled;
use super::dialect::{self, Dialect};
use super::literal;
use super::writer::{NO_SCALE, Slot, Text};
use crate::driver::{Backend, Server};
use crate::error::{Error, ErrorKind, Result};
use crate::plan::{Plan, shape};
use crate::types::Value;

static BUILDS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static BUILDS_HERE: Cell<u64> = const { Cell::new(0) };
}

/// How many texts this process has built with sea-query so far: a hit of the cache builds none.
pub(crate) fn builds() -> u64 {
    BUILDS.load(Ordering::Relaxed)
}

/// How many of them this thread has built.
pub(crate) fn builds_here() -> u64 {
    BUILDS_HERE.get()
}

/// Builds the text of a plan. `values` are those of the walk over it.
pub(super) fn compile(plan: &Plan, server: Server, values: &[&Value]) -> Result<Compiled> {
    let mut builder = Builder::new(server, values);
    let (text, scales) = match plan {
        Plan::Select(select) => builder.rows(select)?,
        Plan::Count(select) => (builder.count(select)?, Vec::new()),
        Plan::Exists(select) => (builder.exists(select)?, Vec::new()),
        Plan::Children(children) => builder.children(children)?,
        Plan::Insert(insert) => builder.insert(insert)?,
        Plan::Update(update) => (builder.update(update)?, Vec::new()),
        Plan::Delete(delete) => (builder.delete(delete)?, Vec::new()),
    };
    builder.finish(text, scales)
}

/// What is known while a statement is built.
#[derive(Debug)]
pub(super) struct Builder {
    pub(super) dialect: &'static Dialect,
    /// The number of each value in the walk, by its address: the order of building does not matter.
    values: HashMap<*const Value, u32>,
    slots: Vec<Slot>,
    /// The numbers of the slots, where one that occurs twice is one argument.
    known: HashMap<Slot, usize>,
    aliases: u32,
    /// Whether the conditions at hand are those of a query that leaves out its first rows.
    pub(super) skips: bool,
    /// What stands behind the statement that sea-query writes.
    pub(super) tail: String,
    /// In a schema, which has no arguments, what is written for each placeholder.
    literals: Option<Vec<String>>,
}

impl Builder {
    fn new(server: Server, values: &[&Value]) -> Self {
        let numbers = (0..).zip(values).map(|(number, value)| (std::ptr::from_ref(*value), number));
        Self {
            dialect: dialect::of(server.backend),
            values: numbers.collect(),
            slots: Vec::new(),
            known: HashMap::new(),
            aliases: 0,
            skips: false,
            tail: String::new(),
            literals: None,
        }
    }

    /// One that builds expressions of a schema: values are written out.
    pub(super) fn of_schema(dialect: &'static Dialect) -> Self {
        Self {
            dialect,
            values: HashMap::new(),
            slots: Vec::new(),
            known: HashMap::new(),
            aliases: 0,
            skips: false,
            tail: String::new(),
            literals: Some(Vec::new()),
        }
    }

    /// Whether values are written out.
    pub(super) fn is_schema(&self) -> bool {
        self.literals.is_some()
    }

    /// A name for a source of rows that no other source of the statement has.
    pub(super) fn alias(&mut self) -> String {
        let alias = format!("t{}", self.aliases);
        self.aliases += 1;
        alias
    }

    /// The placeholder of a value. `scale` is that of the decimal column it meets.
    pub(super) fn value(&mut self, value: &Value, scale: Option<u8>) -> Result<Expr> {
        self.placeholder(value, None, None, scale)
    }

    pub(super) fn placeholder(
        &mut self,
        value: &Value,
        element: Option<u32>,
        part: Option<u8>,
        scale: Option<u8>,
    ) -> Result<Expr> {
        if let Some(literals) = &mut self.literals {
            let number = u64::try_from(literals.len()).map_err(|_| internal("too many values"))?;
            let value = part_of(value, element, part);
            literals.push(literal::literal(self.dialect, value, scale.unwrap_or(NO_SCALE))?);
            return Ok(Expr::Value(sea_query::Value::BigUnsigned(Some(number))));
        }
        let Some(number) = self.values.get(&std::ptr::from_ref(value)) else {
            return Err(internal("a value that the walk has not seen"));
        };
        let slot = Slot { value: *number, element, part, scale: scale.unwrap_or(NO_SCALE) };
        let next = self.slots.len();
        let number = if self.dialect.numbered { *self.known.entry(slot).or_insert(next) } else { next };
        if number == next {
            self.slots.push(slot);
        }
        let number = u64::try_from(number).map_err(|_| internal("too many values"))?;
        let placeholder = Expr::Value(sea_query::Value::BigUnsigned(Some(number)));
        Ok(self.as_enum(placeholder, value, element, part))
    }

    /// An expression of a schema as sea-query writes it.
    pub(super) fn finish_schema(self, expr: &Expr) -> Result<String> {
        let mut text = Text::of_schema(self.dialect, self.literals.unwrap_or_default());
        match self.dialect.backend {
            #[cfg(feature = "sqlite")]
            Backend::Sqlite => sea_query::SqliteQueryBuilder.prepare_expr(expr, &mut text),
            #[cfg(feature = "postgres")]
            Backend::Postgres => sea_query::PostgresQueryBuilder.prepare_expr(expr, &mut text),
            #[cfg(feature = "mysql")]
            Backend::MySql | Backend::MariaDb => sea_query::MysqlQueryBuilder.prepare_expr(expr, &mut text),
            #[expect(clippy::allow_attributes, reason = "which arms exist depends on features")]
            #[allow(unreachable_patterns, reason = "with all features there is no other")]
            _ => return Err(unsupported(self.dialect, "part in this build of the program")),
        }
        Ok(text.into_parts().0)
    }

    /// What sea-query writes for this backend.
    pub(super) fn write(&self, statement: &impl QueryStatementBuilder) -> Result<Text> {
        let mut text = Text::new(self.dialect);
        BUILDS.fetch_add(1, Ordering::Relaxed);
        BUILDS_HERE.set(BUILDS_HERE.get() + 1);
        match self.dialect.backend {
            #[cfg(feature = "sqlite")]
            Backend::Sqlite => statement.build_collect_any_into(&sea_query::SqliteQueryBuilder, &mut text),
            #[cfg(feature = "postgres")]
            Backend::Postgres => {
                statement.build_collect_any_into(&sea_query::PostgresQueryBuilder, &mut text)
            }
            #[cfg(feature = "mysql")]
            Backend::MySql | Backend::MariaDb => {
                statement.build_collect_any_into(&sea_query::MysqlQueryBuilder, &mut text);
            }
            #[expect(clippy::allow_attributes, reason = "which arms exist depends on features")]
            #[allow(unreachable_patterns, reason = "with all features there is no other")]
            _ => return Err(self.unsupported("part in this build of the program")),
        }
        Ok(text)
    }

    fn finish(self, text: Text, mut scales: Vec<u8>) -> Result<Compiled> {
        let (sql, arguments) = text.into_parts();
        let most = shape::max_arguments(self.dialect.backend);
        if arguments.len() > most {
            return Err(invalid(format!(
                "{} values in one statement, {} takes at most {most}: split the list or the rows",
                arguments.len(),
                self.dialect.backend
            )));
        }
        let slots = arguments.iter().filter_map(|number| self.slots.get(*number)).copied().collect();
        while scales.last() == Some(&0) {
            scales.pop();
        }
        Ok(Compiled { sql: sql.into(), slots, scales: scales.into() })
    }

    #[cold]
    pub(super) fn unsupported(&self, feature: &'static str) -> Error {
        unsupported(self.dialect, feature)
    }
}

/// The value that stands for an element of a list, and for a part of a tuple.
fn part_of(value: &Value, element: Option<u32>, part: Option<u8>) -> &Value {
    let mut value = value;
    if let (Some(element), Value::List(_, items)) = (element, value) {
        let element = usize::try_from(element).unwrap_or(usize::MAX);
        value = items.get(element).unwrap_or(value);
    }
    if let (Some(part), Value::Tuple(parts)) = (part, value) {
        value = parts.get(usize::from(part)).unwrap_or(value);
    }
    value
}

#[cold]
pub(super) fn unsupported(dialect: &Dialect, feature: &'static str) -> Error {
    Error::new(ErrorKind::Unsupported { feature, backend: dialect.backend.name() })
}

#[cold]
pub(super) fn invalid(reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidQuery { reason: reason.into() })
}

/// What `plan::check` should have refused, or a fault of ours: an error, never a panic.
#[cold]
pub(super) fn internal(what: &str) -> Error {
    invalid(format!("{what}: this is a bug in `orm`"))
}
