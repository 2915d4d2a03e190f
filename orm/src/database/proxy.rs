//! A placeholder for a database.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::handle::Database;
use super::operation::Operation;
use super::shared::Shared;
use crate::error::{Error, ErrorKind, Result};

type Callback = Arc<dyn Fn(Database) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// A placeholder that is bound to a database of any backend later, and may be bound again.
///
/// # Examples
///
/// ```
/// use orm::{Database, DatabaseProxy};
///
/// static PROXY: DatabaseProxy = DatabaseProxy::new();
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// let testing = Database::open("testing", "sqlite::memory:").await?;
/// PROXY.initialize(&testing).await?;
/// assert_eq!(PROXY.database()?, testing);
/// # Ok(())
/// # }
/// ```
pub struct DatabaseProxy {
    shared: OnceLock<Arc<ProxyShared>>,
}

/// What a proxy is bound to.
#[derive(Default)]
pub(crate) struct ProxyShared {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    to: Option<Database>,
    callbacks: Vec<Callback>,
}

impl DatabaseProxy {
    /// A placeholder that is bound to nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { shared: OnceLock::new() }
    }

    pub(crate) fn shared(&self) -> &Arc<ProxyShared> {
        self.shared.get_or_init(Arc::default)
    }

    /// Binds the proxy to a database, and calls what was given to [`on_initialize`](DatabaseProxy::on_initialize), one
    /// after the other.
    ///
    /// # Errors
    ///
    /// The first error of a callback; the later ones are not called. The proxy is bound all the same.
    ///
    /// # Cancel safety
    ///
    /// The proxy is bound as soon as the future was polled once; dropped later, some callbacks may not be called.
    pub fn initialize(&self, database: &Database) -> Operation<'static, ()> {
        let (shared, database) = (Arc::clone(self.shared()), database.clone());
        Operation::new(async move {
            let callbacks = {
                let mut state = shared.state();
                state.to = Some(database.clone());
                state.callbacks.clone()
            };
            for callback in callbacks {
                callback(database.clone()).await?;
            }
            Ok(())
        })
    }

    /// Calls `callback` whenever the proxy is bound, and now if it is bound already.
    ///
    /// # Errors
    ///
    /// That of the callback, if it is called now.
    ///
    /// # Cancel safety
    ///
    /// The callback is known as soon as the future was polled once.
    pub fn on_initialize<F, Fut>(&self, callback: F) -> Operation<'static, ()>
    where
        F: Fn(Database) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let shared = Arc::clone(self.shared());
        let callback: Callback = Arc::new(move |database| Box::pin(callback(database)));
        Operation::new(async move {
            let bound = {
                let mut state = shared.state();
                state.callbacks.push(Arc::clone(&callback));
                state.to.clone()
            };
            match bound {
                Some(database) => callback(database).await,
                None => Ok(()),
            }
        })
    }

    /// The database it is bound to.
    ///
    /// # Errors
    ///
    /// `ProxyUninitialized` if it is bound to none.
    pub fn database(&self) -> Result<Database> {
        self.shared().bound()
    }
}

impl ProxyShared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bound(&self) -> Result<Database> {
        self.state().to.clone().ok_or_else(|| Error::new(ErrorKind::ProxyUninitialized))
    }

    pub(crate) fn resolve(&self) -> Result<Arc<Shared>> {
        let state = self.state();
        let bound = state.to.as_ref().map(|database| Arc::clone(database.shared()));
        bound.ok_or_else(|| Error::new(ErrorKind::ProxyUninitialized))
    }
}

impl Default for DatabaseProxy {
    fn default() -> Self {
        Self::new()
    }
}

/// The clone is bound together with the original.
impl Clone for DatabaseProxy {
    fn clone(&self) -> Self {
        Self { shared: OnceLock::from(Arc::clone(self.shared())) }
    }
}

impl fmt::Debug for DatabaseProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseProxy").field("to", &self.shared().state().to).finish_non_exhaustive()
    }
}
