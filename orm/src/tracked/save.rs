//! Writing a tracked row back, reading it anew, deleting it.

use std::fmt;
use std::future::IntoFuture;

use super::Tracked;
use crate::database::{Executor, Operation, OperationFuture, Target, Using};
use crate::error::Result;
use crate::exec::{self, Job, Run};
use crate::expr::Node;
use crate::model::{AutoValue, Key as _, Model, Table};
use crate::plan::{Delete, Plan, Select, Update};
use crate::query::key_condition;
use crate::types::Value;

/// The changes of a row about to be written: `.await` it, or call [`blocking`](Save::blocking).
///
/// # Cancel safety
///
/// Dropped before its end, the row counts as changed as before, whether or not the database has the changes already:
/// saved again, they are written again. Only where the primary key itself was changed and the database has that already, the
/// row is then not found by the key that it had.
#[must_use = "nothing is written until it is awaited, or `.blocking()` is called"]
pub struct Save<'c, M> {
    row: &'c mut Tracked<M>,
    target: Target<'c>,
}

/// A row about to be read anew: `.await` it, or call [`blocking`](Refresh::blocking).
///
/// # Cancel safety
///
/// Dropped before its end, the row is as it was.
#[must_use = "nothing is read until it is awaited, or `.blocking()` is called"]
pub struct Refresh<'c, M> {
    row: &'c mut Tracked<M>,
    target: Target<'c>,
}

/// What both have.
macro_rules! common {
    ($name:ident, $output:ty) => {
        impl<'c, M: Model> $name<'c, M> {
            /// On this database, transaction or connection instead of where the row came from. Takes what
            /// [`QuerySet::using`](crate::QuerySet::using) takes. The row remembers the place that it came from.
            pub fn using<'d, X: Using>(self, executor: X) -> $name<'d, M>
            where
                'c: 'd,
                X::Executor: Executor<'d>,
            {
                let target = Target { outside: self.target.outside, ..executor.executor().target() };
                $name { row: self.row, target }
            }

            /// On a connection of its own, even where a transaction is open that it would join.
            pub fn outside_transaction(mut self) -> Self {
                self.target = self.target.outside_transaction();
                self
            }

            /// Does it on this thread, outside of any asynchronous runtime.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::BlockingInsideRuntime`](crate::ErrorKind::BlockingInsideRuntime) inside of one; else as when
            /// awaited.
            pub fn blocking(self) -> Result<$output> {
                Operation::new(self.run()).blocking()
            }
        }

        impl<'c, M: Model> IntoFuture for $name<'c, M> {
            type Output = Result<$output>;
            type IntoFuture = OperationFuture<'c, $output>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(self.run())
            }
        }

        impl<M: Model> fmt::Debug for $name<'_, M> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).field("model", &M::TABLE.model).finish_non_exhaustive()
            }
        }
    };
}

common!(Save, bool);
common!(Refresh, ());

impl<M: Model> Save<'_, M> {
    async fn run(self) -> Result<bool> {
        let changes = self.row.changes();
        if changes.is_empty() {
            return Ok(false);
        }
        let mut set = changes.into_iter().map(|(field, value)| (field, Node::Value(value))).collect();
        exec::touch(M::TABLE, &mut set);
        let update = Update { select: keyed(M::TABLE, self.row.stored_key()), set, all: false };
        let again = changes_itself(M::TABLE).then(|| keyed(M::TABLE, self.row.row.key().key_value()));
        let job = Job::Save(Box::new(exec::Save { update, again }));
        let fresh = Run::rows_of(job, self.target, exec::first::<M>()).await?;
        if let Some(fresh) = fresh {
            self.row.row = fresh;
        }
        self.row.settle();
        Ok(true)
    }
}

impl<M: Model> Refresh<'_, M> {
    async fn run(self) -> Result<()> {
        let select = keyed(M::TABLE, self.row.stored_key());
        let fresh = Run::rows(Plan::Select(Box::new(select)), self.target, exec::one::<M>()).await?;
        self.row.row = fresh;
        self.row.settle();
        Ok(())
    }
}

impl<M: Model> Tracked<M> {
    /// Writes the fields that have changed, and those that hold the time of the last change, and says whether there was
    /// anything to write: without a change nothing is sent.
    ///
    /// Goes where the row came from, and into the transaction that is open there. The row is found by the primary key that
    /// it had; a key that was changed is written as well. Where an update changes more than was said (generated fields, and
    /// those with `auto_now`), the row is read back with it, all of it, both or nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the row is gone; those of an
    /// [`update`](crate::QuerySet::update): [`ErrorKind::Validation`](crate::ErrorKind::Validation) for values that break
    /// rules, [`ErrorKind::ReadOnly`](crate::ErrorKind::ReadOnly) for fields that updates may not write. The row counts as
    /// changed as before.
    ///
    /// # Cancel safety
    ///
    /// As for [`Save`].
    pub fn save(&mut self) -> Save<'_, M> {
        let target = self.target();
        Save { row: self, target }
    }

    /// Reads the row anew, by the primary key that it had. Changes that were not saved are gone.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if the row is gone; then it is as it was.
    ///
    /// # Cancel safety
    ///
    /// As for [`Refresh`].
    pub fn refresh(&mut self) -> Refresh<'_, M> {
        let target = self.target();
        Refresh { row: self, target }
    }

    /// Deletes the row, by the primary key that it had, and says whether it was still there.
    ///
    /// # Errors
    ///
    /// Those of a [`delete`](crate::QuerySet::delete).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the row deleted or not.
    pub fn delete(&self) -> Run<'static, bool> {
        let select = keyed(M::TABLE, self.stored_key());
        let plan = Plan::Delete(Box::new(Delete { select, all: false }));
        Run::rows(plan, self.target(), exec::found())
    }
}

/// The row with this key.
fn keyed(table: &'static Table, key: Value) -> Select {
    let mut select = Select::new(table);
    select.filter.push(key_condition(table, key));
    select
}

/// Whether an update of a row changes more of it than it says.
fn changes_itself(table: &Table) -> bool {
    table.fields.iter().any(|field| field.auto == AutoValue::Now || field.generated.is_some())
}
