//! The metadata of a model, and the trait that leads to it.

use super::{Check, Field, ForeignKey, Index, Insert, Key, MetaDef, Patch};
use crate::expr::Expr;
use crate::query::QuerySet;
use crate::types::{Decode, Single, Value};

/// Everything known about a model, free of connections and drivers.
#[derive(Debug)]
pub struct Table {
    /// The model's Rust name.
    pub model: &'static str,
    /// The module path of the model.
    pub module: &'static str,
    /// The package that declares the model.
    pub package: &'static str,
    /// The version of that package: a program may hold two of them.
    pub version: &'static str,
    /// The model's doc comment, lines joined; empty without one.
    pub doc: &'static str,
    /// The table's name, without the prefix of its `Meta`.
    pub name: &'static str,
    /// The settings of its `Meta`, its own included.
    pub meta: MetaDef,
    /// Its fields, in the order of the struct.
    pub fields: &'static [Field],
    /// Its foreign keys over fields.
    pub relations: &'static [Field],
    /// The fields of its primary key.
    pub primary_key: &'static [&'static Field],
    /// Indexes and unique keys over several columns.
    pub indexes: &'static [Index],
    /// The table's comment, where it is not the first paragraph of the doc comment; empty for none.
    pub comment: Option<&'static str>,
    /// The Rust name that the model had before, for migrations.
    pub renamed_from: Option<&'static str>,
    /// The order of queries that name none.
    pub ordering: &'static [OrderPart],
    /// Whether the table is made, changed and removed by us; not so for views, and for tables of others.
    pub managed: bool,
    /// Conditions that every row fulfils; those that follow from types and `choices` are not among them.
    pub checks: &'static [Check],
}

/// A part of the order of a model.
#[derive(Debug, Clone, Copy)]
pub struct OrderPart {
    /// The field.
    pub field: &'static Field,
    /// Whether it is in descending order.
    pub descending: bool,
}

impl Table {
    /// A table without a name or a field, for `..Table::EMPTY`: what is seldom said is not said here either.
    pub const EMPTY: Self = Self {
        model: "",
        module: "",
        package: "",
        version: "",
        doc: "",
        name: "",
        meta: MetaDef::EMPTY,
        fields: &[],
        relations: &[],
        primary_key: &[],
        indexes: &[],
        comment: None,
        renamed_from: None,
        ordering: &[],
        managed: true,
        checks: &[],
    };

    /// The app the model belongs to: its `Meta`'s, else its package.
    #[must_use]
    pub fn app(&self) -> &'static str {
        self.meta.app.unwrap_or(self.package)
    }

    /// The table's name in the database: prefix and name.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}{}", self.meta.prefix.unwrap_or_default(), self.name)
    }

    /// The field of this Rust name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Its foreign keys: fields, and those over fields.
    pub(crate) fn foreign_keys(&self) -> impl Iterator<Item = &'static Field> + use<> {
        self.fields.iter().chain(self.relations).filter(|field| field.reference.is_some())
    }

    /// The columns of all fields, in order.
    pub fn columns(&self) -> impl Iterator<Item = &'static super::ColumnDef> + use<> {
        self.fields.iter().flat_map(|field| field.columns)
    }
}

/// A struct whose values are the rows of a table. Implemented by `#[derive(Model)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "write `#[derive(Model)]` on `{Self}`"
)]
pub trait Model: Decode + Single + Send + Sync + 'static {
    /// The type of the primary key: that of its field, or a tuple.
    type Key: Key;
    /// What an insert needs.
    type New: Insert<Self>;
    /// What an update may change.
    type Patch: Patch<Self>;
    /// The metadata.
    const TABLE: &'static Table;

    /// The row's primary key.
    fn key(&self) -> Self::Key;

    /// The values of all fields, in the order of [`Table::fields`].
    #[doc(hidden)]
    fn row_values(&self) -> Vec<Value>;

    /// The primary key as one expression, whatever the number of its fields. It compares with keys, rows and foreign keys.
    ///
    /// # Examples
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(primary_key(order, number))]
    /// # struct Line {
    /// #     order: i64,
    /// #     number: i32,
    /// # }
    /// let lines = Line::objects().filter(Line::primary_key().in_([(1, 1), (1, 2), (7, 1)]));
    /// ```
    fn primary_key() -> Expr<Self, ForeignKey<Self>> {
        Expr::primary_key()
    }

    /// A query of all rows.
    fn objects() -> QuerySet<Self> {
        QuerySet::new()
    }
}
