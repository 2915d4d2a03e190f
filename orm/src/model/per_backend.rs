//! Text that differs from backend to backend.

use crate::driver::Backend;

/// A text for each backend, or for some of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PerBackend {
    sqlite: Option<&'static str>,
    postgres: Option<&'static str>,
    mysql: Option<&'static str>,
    mariadb: Option<&'static str>,
}

impl PerBackend {
    /// No text for any.
    pub const NONE: Self = Self { sqlite: None, postgres: None, mysql: None, mariadb: None };

    /// The same text for all.
    #[must_use]
    pub const fn all(text: &'static str) -> Self {
        Self { sqlite: Some(text), postgres: Some(text), mysql: Some(text), mariadb: Some(text) }
    }

    /// With this text for SQLite.
    #[must_use]
    pub const fn sqlite(mut self, text: &'static str) -> Self {
        self.sqlite = Some(text);
        self
    }

    /// With this text for PostgreSQL.
    #[must_use]
    pub const fn postgres(mut self, text: &'static str) -> Self {
        self.postgres = Some(text);
        self
    }

    /// With this text for MySQL, not for MariaDB.
    #[must_use]
    pub const fn mysql(mut self, text: &'static str) -> Self {
        self.mysql = Some(text);
        self
    }

    /// With this text for MariaDB.
    #[must_use]
    pub const fn mariadb(mut self, text: &'static str) -> Self {
        self.mariadb = Some(text);
        self
    }

    /// The text for a backend, if there is one.
    #[must_use]
    pub const fn get(&self, backend: Backend) -> Option<&'static str> {
        match backend {
            Backend::Sqlite => self.sqlite,
            Backend::Postgres => self.postgres,
            Backend::MySql => self.mysql,
            Backend::MariaDb => self.mariadb,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_backend_has_its_own() {
        let some = PerBackend::all("x").postgres("p").mysql("m");
        let texts =
            [Backend::Sqlite, Backend::Postgres, Backend::MySql, Backend::MariaDb].map(|b| some.get(b));
        assert_eq!(texts, [Some("x"), Some("p"), Some("m"), Some("x")]);
        assert_eq!(PerBackend::NONE.sqlite("s").get(Backend::Postgres), None);
    }
}
