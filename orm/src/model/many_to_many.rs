//! The two sides of a model whose rows are pairs.

use super::{Field, Model, Table};
use crate::expr::{Column, ToOneKey};
use crate::private::KeyColumns;
use crate::types::same_text;

/// A many-to-many relation: the model between, and its two foreign keys.
#[derive(Debug, Clone, Copy)]
pub struct ManyToMany {
    /// The table between, with a row a pair.
    pub through: fn() -> &'static Table,
    /// The foreign key to the model that declares the relation.
    pub from: &'static Field,
    /// The foreign key to the model that the relation leads to.
    pub to: &'static Field,
}

impl ManyToMany {
    /// By the foreign keys that were named. Used by the derive.
    #[doc(hidden)]
    #[must_use]
    pub const fn named<M, R, T, A, B>(from: Column<T, A>, to: Column<T, B>) -> Self
    where
        M: Model,
        R: Model,
        T: Model,
        A: ToOneKey<Target = M>,
        B: ToOneKey<Target = R>,
    {
        Self { through: crate::private::table::<T>, from: from.field(), to: to.field() }
    }

    /// Whether both foreign keys are fields that refer to primary keys: a row at hand is linked by no other. Used by the
    /// derive.
    #[doc(hidden)]
    #[must_use]
    pub const fn links_primary_keys(&self) -> bool {
        to_primary_key(self.from) && to_primary_key(self.to)
    }

    /// By the only foreign key to each side, which [`keys_to`] has counted. Used by the derive.
    #[doc(hidden)]
    #[must_use]
    pub const fn inferred<M, R, T>() -> Self
    where
        M: KeyColumns,
        R: KeyColumns,
        T: Model,
    {
        Self {
            through: crate::private::table::<T>,
            from: key_to(T::TABLE, M::PATH),
            to: key_to(T::TABLE, R::PATH),
        }
    }
}

const fn to_primary_key(field: &Field) -> bool {
    matches!(&field.reference, Some(reference) if reference.to.is_none()) && field.over.is_empty()
}

/// How many foreign keys a model has to another. Used by the derive.
#[doc(hidden)]
#[must_use]
pub const fn keys_to<T: Model, M: KeyColumns>() -> usize {
    let (mut count, mut at) = (0, 0);
    while at < T::TABLE.fields.len() {
        if refers(&T::TABLE.fields[at], M::PATH) {
            count += 1;
        }
        at += 1;
    }
    count
}

/// The first foreign key of the table to the model of this path.
const fn key_to(table: &'static Table, path: &str) -> &'static Field {
    let mut at = 0;
    while at + 1 < table.fields.len() && !refers(&table.fields[at], path) {
        at += 1;
    }
    &table.fields[at]
}

const fn refers(field: &Field, path: &str) -> bool {
    match &field.reference {
        Some(reference) => reference.to.is_none() && same_text(reference.path, path),
        None => false,
    }
}
