//! Settings that models share.

use super::Naming;
use super::shared::{SharedExpr, SharedIndex, SharedOrder};
use crate::database::{DatabaseRef, ReplicaSet};

/// Where a model's database comes from: evaluated for each query, so that it can be bound late.
pub type DatabaseSource = fn() -> DatabaseRef;

/// Which replicas a model is read from.
pub type ReplicaSource = fn() -> &'static ReplicaSet;

/// Settings that models share. Implemented by `#[derive(Meta)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a `Meta`",
    label = "expected a type with `#[derive(Meta)]`"
)]
pub trait Meta {
    /// The settings.
    const DEF: MetaDef;
}

/// The settings of a `Meta`, or of a model.
#[derive(Debug, Clone, Copy, Default)]
pub struct MetaDef {
    /// The database of the models.
    pub database: Option<DatabaseSource>,
    /// The replicas of that database.
    pub replicas: Option<ReplicaSource>,
    /// The schema of the tables.
    pub schema: Option<&'static str>,
    /// What the names of the tables begin with.
    pub prefix: Option<&'static str>,
    /// The app that the models belong to.
    pub app: Option<&'static str>,
    /// How tables and columns are called that have no name of their own.
    pub naming: Naming,
    /// The order of queries that name none, by names of fields. `Some` of an empty list is a word, too: none.
    pub ordering: Option<&'static [SharedOrder]>,
    /// Indexes, by names of fields.
    pub indexes: Option<&'static [SharedIndex]>,
    /// What was written as `unique_together`.
    pub unique_keys: Option<&'static [SharedIndex]>,
    /// Conditions that every row fulfils.
    pub checks: Option<&'static [SharedExpr]>,
}

impl MetaDef {
    /// No settings.
    pub const EMPTY: Self = Self {
        database: None,
        replicas: None,
        schema: None,
        prefix: None,
        app: None,
        naming: Naming::NONE,
        ordering: None,
        indexes: None,
        unique_keys: None,
        checks: None,
    };

    /// With this database.
    #[must_use]
    pub const fn database(mut self, source: DatabaseSource) -> Self {
        self.database = Some(source);
        self
    }

    /// With these replicas.
    #[must_use]
    pub const fn replicas(mut self, source: ReplicaSource) -> Self {
        self.replicas = Some(source);
        self
    }

    /// With this schema.
    #[must_use]
    pub const fn schema(mut self, schema: &'static str) -> Self {
        self.schema = Some(schema);
        self
    }

    /// With this prefix.
    #[must_use]
    pub const fn prefix(mut self, prefix: &'static str) -> Self {
        self.prefix = Some(prefix);
        self
    }

    /// With this app.
    #[must_use]
    pub const fn app(mut self, app: &'static str) -> Self {
        self.app = Some(app);
        self
    }

    /// With these conventions.
    #[must_use]
    pub const fn naming(mut self, naming: Naming) -> Self {
        self.naming = naming;
        self
    }

    /// With this order.
    #[must_use]
    pub const fn ordering(mut self, ordering: &'static [SharedOrder]) -> Self {
        self.ordering = Some(ordering);
        self
    }

    /// With these indexes.
    #[must_use]
    pub const fn indexes(mut self, indexes: &'static [SharedIndex]) -> Self {
        self.indexes = Some(indexes);
        self
    }

    /// With these unique keys.
    #[must_use]
    pub const fn unique_keys(mut self, keys: &'static [SharedIndex]) -> Self {
        self.unique_keys = Some(keys);
        self
    }

    /// With these checks.
    #[must_use]
    pub const fn checks(mut self, checks: &'static [SharedExpr]) -> Self {
        self.checks = Some(checks);
        self
    }

    /// These settings, and those of `parent` where there is none. With another database than the parent's, its replicas are
    /// not those of the parent.
    #[must_use]
    pub const fn extends(self, parent: Self) -> Self {
        Self {
            replicas: if self.replicas.is_some() || self.database.is_some() {
                self.replicas
            } else {
                parent.replicas
            },
            database: if self.database.is_some() { self.database } else { parent.database },
            schema: if self.schema.is_some() { self.schema } else { parent.schema },
            prefix: if self.prefix.is_some() { self.prefix } else { parent.prefix },
            app: if self.app.is_some() { self.app } else { parent.app },
            naming: self.naming.extends(parent.naming),
            ordering: if self.ordering.is_some() { self.ordering } else { parent.ordering },
            indexes: if self.indexes.is_some() { self.indexes } else { parent.indexes },
            unique_keys: if self.unique_keys.is_some() { self.unique_keys } else { parent.unique_keys },
            checks: if self.checks.is_some() { self.checks } else { parent.checks },
        }
    }
}
