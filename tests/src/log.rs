//! What was sent: the ORM's own `tracing` events, caught on this thread.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span;

thread_local! {
    /// What is caught on this thread, while it is, and the target that it is caught of.
    static CAUGHT: RefCell<Option<(&'static str, Vec<Logged>)>> = const { RefCell::new(None) };
}

const STATEMENTS: &str = "orm::query";
const REPLICAS: &str = "orm::replica";

/// Makes the catcher everybody's subscriber. One that threads come and go with would now and then be missed:
/// what `tracing` remembers of an event's place would be decided by threads that catch nothing.
pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        tracing::subscriber::set_global_default(Catcher).expect("the first subscriber");
    });
}

/// A statement as the ORM logged it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Logged {
    /// The SQL text.
    pub sql: String,
    /// The name of the database.
    pub database: String,
    /// What is wrong, where something is.
    pub error: String,
}

/// Catches the statements that this thread sends, from [`StatementLog::start`] until it is dropped.
///
/// A case runs on one thread, so that cases beside it are not caught.
#[derive(Debug)]
pub struct StatementLog {
    /// It stays on its thread.
    _thread: PhantomData<*const ()>,
}

impl StatementLog {
    /// Begins to catch.
    #[must_use]
    pub fn start() -> Self {
        Self::of(STATEMENTS)
    }

    /// Begins to catch what is told of replicas instead.
    #[must_use]
    pub fn of_replicas() -> Self {
        Self::of(REPLICAS)
    }

    fn of(target: &'static str) -> Self {
        install();
        CAUGHT.set(Some((target, Vec::new())));
        Self { _thread: PhantomData }
    }

    /// What was caught so far, and begins anew.
    #[must_use]
    pub fn take(&self) -> Vec<Logged> {
        CAUGHT.with_borrow_mut(|caught| {
            caught.as_mut().map(|(_, caught)| std::mem::take(caught)).unwrap_or_default()
        })
    }
}

impl Drop for StatementLog {
    fn drop(&mut self) {
        CAUGHT.set(None);
    }
}

struct Catcher;

impl tracing::Subscriber for Catcher {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        [STATEMENTS, REPLICAS].contains(&metadata.target())
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        CAUGHT.with_borrow_mut(|caught| {
            if let Some((target, caught)) = caught
                && event.metadata().target() == *target
            {
                let mut logged = Logged::default();
                event.record(&mut logged);
                caught.push(logged);
            }
        });
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

impl Visit for Logged {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "db.query.text" => self.sql = value.to_owned(),
            "db.namespace" => self.database = value.to_owned(),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "error" {
            self.error = format!("{value:?}");
        }
    }
}
