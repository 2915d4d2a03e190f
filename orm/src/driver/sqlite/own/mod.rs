//! What the program adds to SQLite: functions, aggregates and collations of its own, on every connection of a database.
//!
//! `value` is what goes in and out, `scalar` and `aggregate` turn closures into functions of such values, `call` is where
//! SQLite calls them.

mod aggregate;
mod call;
mod scalar;
mod value;

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use self::aggregate::Aggregate;
use self::scalar::Scalar;
use super::function::PREFIX;
use super::handle::Handle;
use crate::error::{ConnectCause, Error, ErrorKind, Result};
pub use aggregate::{SqliteStep, StepResult};
pub use scalar::SqliteScalar;
pub use value::{SqliteArgument, SqliteResult, SqliteValue};

/// Functions, aggregates and collations that a SQLite database gets from the program:
/// [`DatabaseOptions::functions`](crate::DatabaseOptions::functions).
///
/// Every connection of the database has them; a replica has those of its own options. They are called in queries by [`call`](crate::call()) and
/// [`call_aggregate`](crate::call_aggregate()), and in SQL of one's own. SQLite refuses them in what a file holds, such as
/// checks, indexes and triggers: the file would be of no use to other programs. Collations are for
/// [`collate`](crate::Expr::collate).
///
/// An argument that is NULL makes the result NULL, and the function is not called, unless it takes an `Option`. An argument
/// of another type, an `Err` that it gives and a panic are an error of the statement.
///
/// # Examples
///
/// ```
/// use orm::prelude::*;
/// use orm::{DatabaseOptions, SqliteFunctions, call};
///
/// #[derive(Model)]
/// struct Shop {
///     #[field(primary_key)]
///     id: i64,
///     #[field(max_length = 40)]
///     name: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// let functions = SqliteFunctions::new()
///     .scalar("reversed", |text: String| text.chars().rev().collect::<String>())
///     .aggregate("product", || 1.0, |product: &mut f64, factor: f64| *product *= factor, |product| product)
///     .collation("by_length", |a, b| a.len().cmp(&b.len()));
/// let db = Database::open("shops", DatabaseOptions::memory().functions(functions)).await?;
/// db.create_tables(&[Shop::TABLE]).await?;
/// Shop::objects().using(&db).create(NewShop::new("Anna")).await?;
/// let reversed = call("reversed", Shop::name).gives::<String>();
/// let shops = Shop::objects().using(&db).filter(reversed.eq("annA")).all().await?;
/// assert_eq!(shops.len(), 1);
/// # db.close().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use = "it is to be given to the options of a database"]
pub struct SqliteFunctions {
    all: Vec<Definition>,
}

/// One of them.
#[derive(Clone)]
enum Definition {
    Scalar(Arc<Scalar>),
    Aggregate(Arc<Aggregate>),
    Collation(Arc<Collation>),
}

type Compare = dyn Fn(&str, &str) -> Ordering + Send + Sync;

/// An order of texts.
struct Collation {
    name: String,
    compare: Box<Compare>,
}

impl Definition {
    fn name(&self) -> &str {
        match self {
            Self::Scalar(scalar) => &scalar.name,
            Self::Aggregate(aggregate) => &aggregate.name,
            Self::Collation(collation) => &collation.name,
        }
    }

    const fn is_collation(&self) -> bool {
        matches!(self, Self::Collation(_))
    }
}

impl SqliteFunctions {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// A function of the values of a row: a closure of up to six arguments.
    ///
    /// Said again with as many arguments, the last one counts.
    pub fn scalar<Args, F: SqliteScalar<Args>>(mut self, name: impl Into<String>, f: F) -> Self {
        self.all.push(Definition::Scalar(Arc::new(Scalar {
            name: name.into(),
            arguments: F::ARGUMENTS,
            f: Box::new(move |values| f.call(values)),
        })));
        self
    }

    /// A function of any number of values, NULL among them.
    pub fn variadic<R: SqliteResult>(
        mut self,
        name: impl Into<String>,
        f: impl Fn(&[SqliteValue]) -> R + Send + Sync + 'static,
    ) -> Self {
        self.all.push(Definition::Scalar(Arc::new(Scalar {
            name: name.into(),
            arguments: -1,
            f: Box::new(move |values| f(&values).into_result()),
        })));
        self
    }

    /// A function of the values of many rows: `init` makes a state for each group, `step` takes each row into it, `finish`
    /// makes the result of it.
    ///
    /// A row with an argument that is NULL is passed over, unless the step takes an `Option` there. A group without rows gives
    /// what `finish` makes of the state as it was.
    pub fn aggregate<S, Args, R: SqliteResult>(
        mut self,
        name: impl Into<String>,
        init: impl Fn() -> S + Send + Sync + 'static,
        step: impl SqliteStep<S, Args>,
        finish: impl Fn(S) -> R + Send + Sync + 'static,
    ) -> Self
    where
        S: Send + 'static,
    {
        self.all.push(Definition::Aggregate(Arc::new(Aggregate::new(name.into(), init, step, finish))));
        self
    }

    /// An order of texts. It must be one: the same each time, and of any three the first before the last if both are in order
    /// with the second; otherwise SQLite sorts as it likes. If it panics, the two texts are ordered by code point.
    pub fn collation(
        mut self,
        name: impl Into<String>,
        compare: impl Fn(&str, &str) -> Ordering + Send + Sync + 'static,
    ) -> Self {
        let collation = Collation { name: name.into(), compare: Box::new(compare) };
        self.all.push(Definition::Collation(Arc::new(collation)));
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Looks at the names.
    ///
    /// # Errors
    ///
    /// `Config` for a name that is no identifier, is ours, or is a collation of SQLite's own.
    pub(crate) fn check(&self) -> Result<()> {
        self.all.iter().try_for_each(|definition| {
            let name = definition.name();
            let reserved = ["binary", "nocase", "rtrim"];
            if !is_identifier(name) {
                Err(config(format!(
                    "{name:?} cannot name a function or collation of SQLite: use letters, digits and `_`, not a digit first"
                )))
            } else if starts_with(name, PREFIX) {
                Err(config(format!("{name:?} is a name of the `orm` crate's own")))
            } else if definition.is_collation() && reserved.iter().any(|own| own.eq_ignore_ascii_case(name)) {
                Err(config(format!("{name:?} is a collation of SQLite's own")))
            } else {
                Ok(())
            }
        })
    }

    /// Adds them to an open database.
    ///
    /// # Errors
    ///
    /// `Config` for a function that SQLite has itself: queries of the ORM may need it.
    pub(super) fn register(&self, handle: &mut Handle) -> Result<()> {
        for definition in &self.all {
            let name = definition.name();
            if !definition.is_collation() && is_built_in(handle, name)? {
                return Err(config(format!("{name:?} is a function of SQLite's own")));
            }
            call::register(handle, definition).map_err(|code| {
                Error::new(ErrorKind::Connect {
                    cause: ConnectCause::Other,
                    reason: format!("SQLite refuses {name:?} with code {code}"),
                })
            })?;
        }
        Ok(())
    }
}

/// Whether SQLite has a function of this name, which is an identifier.
fn is_built_in(handle: &mut Handle, name: &str) -> Result<bool> {
    let sql = format!("SELECT count(*) FROM pragma_function_list WHERE builtin AND name = lower('{name}')\0");
    let sql = std::ffi::CStr::from_bytes_with_nul(sql.as_bytes()).map_err(|_| config("a NUL in a name"))?;
    Ok(handle.integer(sql).map_err(|failure| failure.into_error())? != Some(0))
}

fn is_identifier(name: &str) -> bool {
    name.len() <= 255
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn starts_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cold]
fn config(reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config { reason: reason.into() })
}

impl fmt::Debug for SqliteFunctions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.all.iter().map(Definition::name)).finish()
    }
}
