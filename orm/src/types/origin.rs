//! Where rows came from, on its way into those that remember it.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// Where the rows of a query came from: behind a type that nobody but those who made it knows.
#[doc(hidden)]
#[derive(Clone)]
pub struct Origin(Arc<dyn Any + Send + Sync>);

impl Origin {
    pub(crate) fn new(of: impl Any + Send + Sync) -> Self {
        Self(Arc::new(of))
    }

    pub(crate) fn get<T: 'static>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Origin")
    }
}
