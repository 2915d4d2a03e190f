//! What was sent: the ORM's own `tracing` events, caught on this thread.

use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span;
use tracing::subscriber::DefaultGuard;

/// A statement as the ORM logged it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Logged {
    /// The SQL text.
    pub sql: String,
    /// The name of the database.
    pub database: String,
}

/// Catches the statements that this thread sends, from [`StatementLog::start`] until it is dropped.
///
/// A case runs on one thread, so that cases beside it are not caught.
#[derive(Debug)]
pub struct StatementLog {
    statements: Arc<Mutex<Vec<Logged>>>,
    _guard: DefaultGuard,
}

impl StatementLog {
    /// Begins to catch.
    #[must_use]
    pub fn start() -> Self {
        let statements = Arc::default();
        let guard = tracing::subscriber::set_default(Catcher(Arc::clone(&statements)));
        Self { statements, _guard: guard }
    }

    /// What was caught so far, and begins anew.
    #[must_use]
    pub fn take(&self) -> Vec<Logged> {
        std::mem::take(&mut self.statements.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Catcher(Arc<Mutex<Vec<Logged>>>);

impl tracing::Subscriber for Catcher {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "orm::query"
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut logged = Logged::default();
        event.record(&mut logged);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(logged);
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

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
