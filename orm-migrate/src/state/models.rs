//! What the models of the program say.

use std::collections::{BTreeMap, BTreeSet};

use orm::Backend;
use orm::model::{self, AutoValue, DefaultValue, Field, Table};
use orm::schema::{Default, TableName, of_models};

use super::State;
use crate::error::{Error, Result};

/// The tables that the models want, and what the models say about the way there.
#[derive(Debug, Clone, Default)]
pub struct Models {
    pub(crate) state: State,
    /// Tables of models that leave them to others.
    pub(crate) unmanaged: BTreeSet<TableName>,
    /// The apps of all models.
    pub(crate) apps: BTreeSet<String>,
    /// The Rust name that a model had before.
    pub(crate) renamed_tables: BTreeMap<TableName, String>,
    /// The Rust name that the field of a column had before.
    pub(crate) renamed_columns: BTreeMap<(TableName, String), String>,
    /// What the program itself fills a column with.
    pub(crate) fills: BTreeMap<(TableName, String), Default>,
}

impl Models {
    /// Those of all models that the program has linked, for these backends.
    ///
    /// # Errors
    ///
    /// As for [`of`](Self::of).
    pub fn of_program(backends: &[Backend]) -> Result<Self> {
        Self::of(&model::tables(), backends)
    }

    /// Those of these models, for these backends.
    ///
    /// # Errors
    ///
    /// [`Error::Models`] with the error that `create_all` gives: for models that cannot be tables, and for what one of
    /// the backends lacks.
    pub fn of(tables: &[&'static Table], backends: &[Backend]) -> Result<Self> {
        let mut models = Self::default();
        let mut apps = BTreeMap::new();
        for table in tables {
            let name = TableName { schema: table.meta.schema.map(str::to_owned), name: table.full_name() };
            models.apps.insert(table.app().to_owned());
            if !table.managed {
                models.unmanaged.insert(name);
                continue;
            }
            apps.insert(name.clone(), table.app());
            if let Some(before) = table.renamed_from {
                models.renamed_tables.insert(name.clone(), before.to_owned());
            }
            for field in table.fields {
                models.field(&name, field);
            }
        }
        for table in of_models(tables, backends).map_err(Error::Models)? {
            let app = apps.get(&table.name).copied().unwrap_or_default();
            models.state.insert(app, table);
        }
        Ok(models)
    }

    fn field(&mut self, table: &TableName, field: &Field) {
        let fill = match (field.auto, field.default) {
            (AutoValue::Now | AutoValue::NowOnInsert, _) => Some(Default::Now),
            (_, DefaultValue::Literal(value)) => Some(Default::Value((&value).into())),
            _ => None,
        };
        for def in field.columns {
            let column = || (table.clone(), def.name.to_owned());
            if let Some(before) = field.renamed_from {
                self.renamed_columns.insert(column(), before.to_owned());
            }
            if let Some(fill) = &fill {
                self.fills.insert(column(), fill.clone());
            }
        }
    }

    /// The apps that have models, also such as leave their tables to others.
    pub fn apps(&self) -> impl Iterator<Item = &str> {
        self.apps.iter().map(String::as_str)
    }

    /// The tables.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }
}
