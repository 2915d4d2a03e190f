//! What is said for a task, and for whatever it awaits: the database of its models, a router.
//!
//! Set around each poll, as the ambient transaction is, so that it never reaches what is spawned. A program that says
//! nothing of the kind pays for one relaxed load a query.

use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use super::counts::QueryCount;
use super::router::{self, Router};
use super::shared::Shared;
use super::using::{Auto, Owned};
use super::writes::ReadYourWrites;
use crate::model::Table;
use crate::plan::same_table;
use crate::transaction::ambient;

/// Whether anything was ever said that a query would have to look for.
static USED: AtomicBool = AtomicBool::new(false);
/// Whether anything was ever said that may put models on several databases.
static PARTED: AtomicBool = AtomicBool::new(false);

tokio::task_local! {
    /// None where what is said around the task is put aside.
    static SCOPE: Option<Arc<Scope>>;
}

/// From now on queries look for what was said.
pub(crate) fn use_it() {
    // Whoever said something sees it: in its own thread, or in one that was handed its task.
    USED.store(true, Ordering::Relaxed);
}

/// Whether there may be something to look for.
pub(crate) fn is_used() -> bool {
    USED.load(Ordering::Relaxed)
}

/// Whether models may be on several databases, or relations be forbidden, because of what is said for this task or of the
/// router of the program. Without that they are where their `Meta` says.
pub(crate) fn parts_models() -> bool {
    router::is_installed()
        || (PARTED.load(Ordering::Relaxed) && find(|said| said.parts().then_some(())).is_some())
}

/// One thing that is said for a task.
#[derive(Clone)]
pub(crate) enum Said {
    /// Where models are: all, or these.
    Database { on: Auto, only: Option<Arc<[&'static Table]>> },
    /// What is asked instead of the router of the program.
    Router(Arc<dyn Router>),
    /// What remembers writes.
    Writes(ReadYourWrites),
    /// What counts statements.
    Count(QueryCount),
}

impl Said {
    fn parts(&self) -> bool {
        match self {
            Self::Database { only, .. } => only.is_some(),
            Self::Router(_) => true,
            Self::Writes(_) | Self::Count(_) => false,
        }
    }
}

/// Something that is said, inside of what is said around it.
pub(super) struct Scope {
    said: Said,
    around: Option<Arc<Self>>,
}

impl Scope {
    fn inside(said: Said) -> Arc<Self> {
        use_it();
        if said.parts() {
            PARTED.store(true, Ordering::Relaxed);
        }
        Arc::new(Self { said, around: SCOPE.try_with(Option::clone).ok().flatten() })
    }

    fn enter<R>(self: &Arc<Self>, f: impl FnOnce() -> R) -> R {
        SCOPE.sync_scope(Some(Arc::clone(self)), f)
    }
}

/// The innermost of what was said for this task in which `wanted` finds something.
fn find<T>(mut wanted: impl FnMut(&Said) -> Option<T>) -> Option<T> {
    SCOPE
        .try_with(|innermost| {
            let mut at = innermost.as_ref();
            while let Some(scope) = at {
                if let found @ Some(_) = wanted(&scope.said) {
                    return found;
                }
                at = scope.around.as_ref();
            }
            None
        })
        .ok()
        .flatten()
}

/// Where this model is said to be; without a model, where all of them are.
pub(crate) fn database_of(table: Option<&'static Table>) -> Option<Owned> {
    find(|said| match (said, table) {
        (Said::Database { on, only: None }, _) => on.0.clone(),
        (Said::Database { on, only: Some(only) }, Some(table))
            if only.iter().any(|one| same_table(one, table)) =>
        {
            on.0.clone()
        }
        _ => None,
    })
}

/// The router that is asked in this task.
pub(crate) fn router() -> Option<Arc<dyn Router>> {
    find(|said| match said {
        Said::Router(router) => Some(Arc::clone(router)),
        Said::Database { .. } | Said::Writes(_) | Said::Count(_) => None,
    })
}

/// What remembers the writes of this task, from the inside out.
pub(crate) fn remembering() -> Vec<ReadYourWrites> {
    let mut all = Vec::new();
    if is_used() {
        let _: Option<()> = find(|said| {
            if let Said::Writes(writes) = said {
                all.push(writes.clone());
            }
            None
        });
    }
    all
}

/// What counts the statements of this task.
pub(super) fn counting() -> Vec<QueryCount> {
    let mut all = Vec::new();
    let _: Option<()> = find(|said| {
        if let Said::Count(count) = said {
            all.push(count.clone());
        }
        None
    });
    all
}

/// Whether it was written to lately.
pub(crate) fn wrote_lately(database: &Arc<Shared>) -> bool {
    find(|said| match said {
        Said::Writes(writes) => writes.remembers(database).then_some(()),
        Said::Database { .. } | Said::Router(_) | Said::Count(_) => None,
    })
    .is_some()
}

/// Runs what is not the work of one task, but of whoever drives it: outside of all that is said for the task, and of the
/// transactions around it.
pub(super) async fn outside<F: Future>(body: F) -> F::Output {
    let mut body = Box::pin(body);
    poll_fn(|cx| ambient::outside(|| SCOPE.sync_scope(None, || body.as_mut().poll(cx)))).await
}

/// Calls `body` where this is said.
pub(super) fn call<R>(said: Said, body: impl FnOnce() -> R) -> R {
    Scope::inside(said).enter(body)
}

/// A future or a closure for which something is said: `.await` it, or call [`blocking`](Within::blocking). Given by
/// [`with_router`](crate::with_router) and [`ReadYourWrites::scope`].
#[must_use = "nothing happens until it is awaited, or `.blocking()` is called"]
pub struct Within<F> {
    said: Said,
    body: F,
}

impl<F> Within<F> {
    pub(super) fn new(said: Said, body: F) -> Self {
        Self { said, body }
    }

    /// Calls the closure on this thread. What it runs, it runs with `.blocking()`.
    pub fn blocking<T>(self) -> T
    where
        F: FnOnce() -> T,
    {
        call(self.said, self.body)
    }
}

impl<F: Future> IntoFuture for Within<F> {
    type Output = F::Output;
    type IntoFuture = Scoped<F>;

    fn into_future(self) -> Scoped<F> {
        Scoped::new(self.said, self.body)
    }
}

impl<F> fmt::Debug for Within<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Within").field("said", &self.said).finish_non_exhaustive()
    }
}

/// A future for which something is said: the database of its models, a router.
///
/// `Send` if the future inside is.
#[must_use = "a future does nothing until it is awaited"]
pub struct Scoped<F> {
    said: Said,
    /// Made by the first poll, in the task that it is in.
    scope: Option<Arc<Scope>>,
    body: Option<Pin<Box<F>>>,
}

impl<F: Future> Scoped<F> {
    pub(super) fn new(said: Said, body: F) -> Self {
        Self { said, scope: None, body: Some(Box::pin(body)) }
    }
}

// The body is in a box.
impl<F> Unpin for Scoped<F> {}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Self { said, scope, body } = &mut *self;
        let scope = scope.get_or_insert_with(|| Scope::inside(said.clone()));
        scope.enter(|| {
            // Polled after its end it is pending for ever, as nothing would wake it.
            let Some(running) = body else { return Poll::Pending };
            let output = running.as_mut().poll(cx);
            if output.is_ready() {
                *body = None;
            }
            output
        })
    }
}

impl<F> fmt::Debug for Scoped<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scoped").field("said", &self.said).finish_non_exhaustive()
    }
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database { on, only } => {
                let only = only.as_ref().map(|only| only.iter().map(|table| table.model).collect::<Vec<_>>());
                f.debug_struct("Database").field("on", on).field("only", &only).finish()
            }
            Self::Router(_) => f.write_str("Router"),
            Self::Writes(writes) => writes.fmt(f),
            Self::Count(count) => count.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::using::Using as _;
    use crate::database::{Database, with_database, with_router};

    /// What has nothing to do with where models are makes no query look at its relations.
    #[test]
    fn only_what_parts_models_says_so() {
        use_it();
        assert!(!parts_models());
        let on = Database::deferred("scope");
        let writes = ReadYourWrites::new(std::time::Duration::ZERO);
        assert!(!writes.scope(parts_models).blocking());
        assert!(!with_database(&on, parts_models).blocking());
        let some = Said::Database { on: (&on).executor(), only: Some(Arc::new([])) };
        assert!(call(some, parts_models));
        assert!(
            with_router((), || with_database(&on, || writes.scope(parts_models).blocking()).blocking())
                .blocking()
        );
        assert!(!parts_models());
    }
}
