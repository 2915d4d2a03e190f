//! Text that differs from backend to backend.

use crate::driver::Backend;
use crate::model::PerBackend;

/// A text for each backend, or for some of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Texts {
    /// For SQLite.
    pub sqlite: Option<String>,
    /// For PostgreSQL.
    pub postgres: Option<String>,
    /// For MySQL.
    pub mysql: Option<String>,
    /// For MariaDB.
    pub mariadb: Option<String>,
}

impl Texts {
    /// The same text for all.
    #[must_use]
    pub fn all(text: impl Into<String>) -> Self {
        let text = Some(text.into());
        Self { sqlite: text.clone(), postgres: text.clone(), mysql: text.clone(), mariadb: text }
    }

    /// The text for a backend, if there is one.
    #[must_use]
    pub fn get(&self, backend: Backend) -> Option<&str> {
        match backend {
            Backend::Sqlite => self.sqlite.as_deref(),
            Backend::Postgres => self.postgres.as_deref(),
            Backend::MySql => self.mysql.as_deref(),
            Backend::MariaDb => self.mariadb.as_deref(),
        }
    }

    /// Gives a backend this text.
    pub fn set(&mut self, backend: Backend, text: impl Into<String>) {
        let own = match backend {
            Backend::Sqlite => &mut self.sqlite,
            Backend::Postgres => &mut self.postgres,
            Backend::MySql => &mut self.mysql,
            Backend::MariaDb => &mut self.mariadb,
        };
        *own = Some(text.into());
    }

    /// Whether no backend has a text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl From<PerBackend> for Texts {
    fn from(texts: PerBackend) -> Self {
        let text = |backend| texts.get(backend).map(str::to_owned);
        Self {
            sqlite: text(Backend::Sqlite),
            postgres: text(Backend::Postgres),
            mysql: text(Backend::MySql),
            mariadb: text(Backend::MariaDb),
        }
    }
}
