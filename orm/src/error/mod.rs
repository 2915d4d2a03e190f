//! The one error type. Everyone may use this module; it uses none of the others.

mod connect;
mod constraint;
mod kind;
mod validation;

use std::fmt;
use std::sync::Arc;

pub use connect::ConnectCause;
pub use constraint::{ConstraintKind, ConstraintViolation};
pub use kind::ErrorKind;
pub use validation::Invalid;

/// What every fallible operation of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation failed.
///
/// One word wide and cheap to clone. [`Error::kind`] gives the reason as data; the `is_*` predicates ask the
/// common questions. `Display` is one line without secrets; the driver's own error, where there is one, is
/// found through [`source`](std::error::Error::source).
///
/// It implements `From` for nothing but itself, so that `?` inside `orm::atomic` can infer the error type.
///
/// # Examples
///
/// ```
/// fn explain(error: &orm::Error) -> &'static str {
///     if error.is_not_found() {
///         "no such row"
///     } else if error.is_retryable() {
///         "try again"
///     } else {
///         "give up"
///     }
/// }
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    model: Option<&'static str>,
    field: Option<&'static str>,
    database: Option<Arc<str>>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    #[cold]
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Arc::new(Inner { kind, model: None, field: None, database: None, source: None }))
    }

    /// The same error with the driver's own as its source.
    #[cold]
    pub(crate) fn with_source(self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.change(|inner| inner.source = Some(Arc::new(source)))
    }

    /// Names the model, unless one is named already.
    #[cold]
    pub(crate) fn with_model(self, model: &'static str) -> Self {
        self.change(|inner| inner.model = inner.model.or(Some(model)))
    }

    /// Names the model's field, unless one is named already.
    #[cold]
    pub(crate) fn with_field(self, field: &'static str) -> Self {
        self.change(|inner| inner.field = inner.field.or(Some(field)))
    }

    /// Names the database, unless one is named already.
    #[cold]
    pub(crate) fn with_database(self, name: &str) -> Self {
        self.change(|inner| {
            if inner.database.is_none() {
                inner.database = Some(name.into());
            }
        })
    }

    /// With more about the constraint that is broken.
    #[cold]
    pub(crate) fn with_violation(self, add: impl FnOnce(&mut ConstraintViolation)) -> Self {
        self.change(|inner| {
            if let ErrorKind::Constraint(violation) = &mut inner.kind {
                add(violation);
            }
        })
    }

    /// Without the messages that hold one of these texts, and without a source that does.
    #[cold]
    pub(crate) fn without(self, secrets: &[String]) -> Self {
        let tells = |text: &str| secrets.iter().any(|secret| !secret.is_empty() && text.contains(secret));
        let mut chain = String::new();
        let mut source = std::error::Error::source(&self);
        while let Some(error) = source {
            chain.push_str(&format!("{error}\n{error:?}\n"));
            source = error.source();
        }
        self.change(|inner| {
            if let Some(message) = inner.kind.message_mut()
                && tells(message)
            {
                "the message of the database holds a value that is not shown".clone_into(message);
            }
            if tells(&chain) {
                inner.source = None;
            }
        })
    }

    /// Without what was found where something else was expected.
    #[cold]
    pub(crate) fn without_found(self) -> Self {
        self.change(|inner| {
            if let ErrorKind::Decode { found, .. } = &mut inner.kind {
                "a value that is not shown".clone_into(found);
            }
            inner.source = None;
        })
    }

    /// Of the column, for an error about an element of the array in it.
    #[cfg(feature = "postgres")]
    #[cold]
    pub(crate) fn in_element(self, of: usize) -> Self {
        self.change(|inner| {
            if let ErrorKind::Decode { column, found, .. } = &mut inner.kind {
                *column = of;
                found.push_str(" in an array");
            }
        })
    }

    /// Of this column of a row whose columns have names, for an error about a value in it.
    #[cold]
    pub(crate) fn in_named_column(self, at: usize, name: &str) -> Self {
        self.change(|inner| {
            if let ErrorKind::Decode { column, found, .. } = &mut inner.kind {
                *column = at;
                found.push_str(&format!(", in `{name}`"));
            }
        })
    }

    /// Whether both are one error, not only of one kind.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn change(mut self, f: impl FnOnce(&mut Inner)) -> Self {
        f(Arc::make_mut(&mut self.0));
        self
    }

    /// What went wrong, as data.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The model the operation was about, by its Rust name.
    #[must_use]
    pub fn model(&self) -> Option<&'static str> {
        self.0.model
    }

    /// The field of the model the operation was about, by its Rust name.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        self.0.field
    }

    /// The name of the database the operation was sent to.
    #[must_use]
    pub fn database(&self) -> Option<&str> {
        self.0.database.as_deref()
    }

    /// True if a look-up that demands a row found none.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.0.kind, ErrorKind::NotFound)
    }

    /// True if the database refused the write because of a unique or primary key.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        self.violates(ConstraintKind::Unique)
    }

    /// True if the database refused the write because of a foreign key.
    #[must_use]
    pub fn is_foreign_key_violation(&self) -> bool {
        self.violates(ConstraintKind::ForeignKey)
    }

    /// True if the database refused the write because a required column was NULL.
    #[must_use]
    pub fn is_not_null_violation(&self) -> bool {
        self.violates(ConstraintKind::NotNull)
    }

    /// True if the database refused the write because of a check.
    #[must_use]
    pub fn is_check_violation(&self) -> bool {
        self.violates(ConstraintKind::Check)
    }

    /// The fields whose values break rules of theirs, if that is what is wrong; empty otherwise.
    #[must_use]
    pub fn invalid(&self) -> &[Invalid] {
        match self.kind() {
            ErrorKind::Validation { invalid } => invalid,
            _ => &[],
        }
    }

    /// The broken constraint, if the database refused a write because of one.
    #[must_use]
    pub fn constraint(&self) -> Option<&ConstraintViolation> {
        match &self.0.kind {
            ErrorKind::Constraint(violation) => Some(violation),
            _ => None,
        }
    }

    /// True if the same work, begun anew, may succeed: a lost connection before anything was sent, a
    /// deadlock, a serialization failure, a lock or pool time-out, a pool of which nothing was free.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Deadlock
                | ErrorKind::Serialization
                | ErrorKind::Busy
                | ErrorKind::PoolTimeout { .. }
                | ErrorKind::PoolExhausted { .. }
        )
    }

    fn violates(&self, kind: ConstraintKind) -> bool {
        self.constraint().is_some_and(|violation| violation.kind == kind)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        match (inner.model, inner.field) {
            (Some(model), Some(field)) => write!(f, "{model}::{field}: ")?,
            (Some(model), None) => write!(f, "{model}: ")?,
            (None, Some(field)) => write!(f, "{field}: ")?,
            (None, None) => {}
        }
        write!(f, "{}", inner.kind)?;
        if let Some(database) = &inner.database {
            write!(f, " (database `{database}`)")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut out = f.debug_struct("Error");
        out.field("kind", &inner.kind);
        if let Some(model) = inner.model {
            out.field("model", &model);
        }
        if let Some(field) = inner.field {
            out.field("field", &field);
        }
        if let Some(database) = &inner.database {
            out.field("database", database);
        }
        if let Some(source) = &inner.source {
            out.field("source", &format_args!("{source}"));
        }
        out.finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}
