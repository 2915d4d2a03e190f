//! Routers: what decides on the database of a model, one query at a time.

use std::sync::{Arc, OnceLock};

use super::reference::DatabaseRef;
use super::scope::{self, Said, Within};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Table;

/// What a query does to the rows of its model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Access {
    /// Reads them.
    Select,
    /// Reads them and keeps others from changing them meanwhile.
    Lock,
    /// Adds rows.
    Insert,
    /// Changes rows.
    Update,
    /// Removes rows.
    Delete,
    /// Adds rows, or finds or changes those that are there.
    Merge,
    /// Adds or removes pairs of a many-to-many relation, whose model between is asked about.
    Link,
}

impl Access {
    /// Whether it only reads. What locks rows does not.
    #[must_use]
    pub fn is_read(self) -> bool {
        matches!(self, Self::Select)
    }
}

/// Decides on which database a model's rows are, by its metadata and by what is done to them.
///
/// Every answer may be `None`: no opinion. Then the next router of the chain is asked, and at last the model's `Meta`.
/// A query that says `.using(..)` asks no router. In [`with_database`](crate::with_database) none is asked where the models
/// are that it speaks of, but still whether a relation between them is allowed. Answers are not remembered: a router is asked
/// for each query, so it is to be quick and must not wait for anything.
///
/// A tuple, a `Vec` or an array of routers is a chain in which the first answer wins. Install one with
/// [`db::install_router`](crate::db::install_router), in tests with [`with_router`].
///
/// # Examples
///
/// Models of one module on a database of their own:
///
/// ```
/// use orm::model::Table;
/// use orm::{Access, DatabaseRef, Router};
///
/// struct Analytics;
///
/// impl Analytics {
///     fn owns(model: &Table) -> bool {
///         model.module.starts_with("shop::analytics")
///     }
/// }
///
/// impl Router for Analytics {
///     fn read(&self, model: &'static Table) -> Option<DatabaseRef> {
///         Self::owns(model).then(|| "analytics".into())
///     }
///
///     fn write(&self, model: &'static Table, _: Access) -> Option<DatabaseRef> {
///         Self::owns(model).then(|| "analytics".into())
///     }
///
///     fn allow_migrate(&self, database: &str, model: &'static Table) -> Option<bool> {
///         (Self::owns(model) || database == "analytics").then(|| Self::owns(model) && database == "analytics")
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a router",
    label = "not a router",
    note = "write `impl orm::Router for {Self}`"
)]
pub trait Router: Send + Sync + 'static {
    /// Where the rows of a model are read, without a lock and outside of a transaction on the database that
    /// [`write`](Self::write) names.
    fn read(&self, model: &'static Table) -> Option<DatabaseRef> {
        let _ = model;
        None
    }

    /// Where they are written. This is the model's database: asked with [`Access::Select`] it says which one a read has to
    /// stay on that is inside a transaction, and whether two models are on one database.
    fn write(&self, model: &'static Table, access: Access) -> Option<DatabaseRef> {
        let _ = (model, access);
        None
    }

    /// Whether a relation may lead from the one model to the other: asked also where both are on one database, in
    /// [`with_database`](crate::with_database) too. Without an answer it may if they are.
    fn allow_relation(&self, from: &'static Table, to: &'static Table) -> Option<bool> {
        let _ = (from, to);
        None
    }

    /// Whether the table of a model may be made on the database of this name. Without an answer it may.
    fn allow_migrate(&self, database: &str, model: &'static Table) -> Option<bool> {
        let _ = (database, model);
        None
    }
}

/// No opinion on anything.
impl Router for () {}

/// Routers in a row.
trait Chain {
    /// The first answer.
    fn first<T>(&self, ask: impl Fn(&dyn Router) -> Option<T>) -> Option<T>;
}

impl<R: Router> Chain for Vec<R> {
    fn first<T>(&self, ask: impl Fn(&dyn Router) -> Option<T>) -> Option<T> {
        self.iter().find_map(|router| ask(router))
    }
}

impl<R: Router, const N: usize> Chain for [R; N] {
    fn first<T>(&self, ask: impl Fn(&dyn Router) -> Option<T>) -> Option<T> {
        self.iter().find_map(|router| ask(router))
    }
}

macro_rules! tuples {
    ($(($($router:ident $at:tt),+))*) => {$(
        impl<$($router: Router),+> Chain for ($($router,)+) {
            fn first<T>(&self, ask: impl Fn(&dyn Router) -> Option<T>) -> Option<T> {
                None$(.or_else(|| ask(&self.$at)))+
            }
        }
        impl<$($router: Router),+> Router for ($($router,)+) {
            answers!();
        }
    )*};
}

macro_rules! answers {
    () => {
        fn read(&self, model: &'static Table) -> Option<DatabaseRef> {
            self.first(|router| router.read(model))
        }

        fn write(&self, model: &'static Table, access: Access) -> Option<DatabaseRef> {
            self.first(|router| router.write(model, access))
        }

        fn allow_relation(&self, from: &'static Table, to: &'static Table) -> Option<bool> {
            self.first(|router| router.allow_relation(from, to))
        }

        fn allow_migrate(&self, database: &str, model: &'static Table) -> Option<bool> {
            self.first(|router| router.allow_migrate(database, model))
        }
    };
}

tuples! {
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
}

impl<R: Router> Router for Vec<R> {
    answers!();
}

impl<R: Router, const N: usize> Router for [R; N] {
    answers!();
}

macro_rules! pointers {
    ($($pointer:ident)*) => {$(
        impl<R: Router + ?Sized> Router for $pointer<R> {
            fn read(&self, model: &'static Table) -> Option<DatabaseRef> {
                (**self).read(model)
            }

            fn write(&self, model: &'static Table, access: Access) -> Option<DatabaseRef> {
                (**self).write(model, access)
            }

            fn allow_relation(&self, from: &'static Table, to: &'static Table) -> Option<bool> {
                (**self).allow_relation(from, to)
            }

            fn allow_migrate(&self, database: &str, model: &'static Table) -> Option<bool> {
                (**self).allow_migrate(database, model)
            }
        }
    )*};
}

pointers!(Box Arc);

static INSTALLED: OnceLock<Arc<dyn Router>> = OnceLock::new();

/// Installs the router of the program.
pub(super) fn install(router: Arc<dyn Router>) -> Result<()> {
    INSTALLED.set(router).map_err(|_| {
        let reason =
            "a router is installed already: install a chain of them at once, or use `with_router`".to_owned();
        Error::new(ErrorKind::Config { reason })
    })?;
    scope::use_it();
    Ok(())
}

/// Whether the program has one.
pub(super) fn is_installed() -> bool {
    INSTALLED.get().is_some()
}

/// The router to ask: that of the task, else that of the program.
pub(crate) fn current() -> Option<Arc<dyn Router>> {
    if !scope::is_used() {
        return None;
    }
    scope::router().or_else(|| INSTALLED.get().cloned())
}

/// Runs `body` with this router in the place of the one that is installed: for tests, which then do not get in each
/// other's way.
///
/// A future is awaited, a closure called by [`blocking`](Within::blocking). It holds for what the body awaits, never
/// for what it spawns. `()` is a router without an opinion.
pub fn with_router<F>(router: impl Router, body: F) -> Within<F> {
    Within::new(Said::Router(Arc::new(router)), body)
}
