//! Rows on their way out of a statement, with the keys by which they are put together.

use std::any::Any;
use std::collections::HashMap;

use super::{Branch, Exact};
use crate::driver::{Cursor, Sink};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::collect::{Collect, Rows};
use crate::model::Table;
use crate::types::{Decode, Type};

/// Decoded related rows, behind a type that the executor need not know.
pub(crate) trait CollectLists: Collect {
    /// The rows as a list for each of `rows` rows; `owners` says whose each is.
    fn into_lists(self: Box<Self>, owners: &[usize], rows: usize) -> Box<dyn Any + Send>;
}

impl<O: Decode> CollectLists for Rows<O> {
    fn into_lists(self: Box<Self>, owners: &[usize], rows: usize) -> Box<dyn Any + Send> {
        let mut lists: Vec<Vec<O>> = Vec::new();
        lists.resize_with(rows, Vec::new);
        for (row, owner) in self.0.into_iter().zip(owners) {
            if let Some(list) = lists.get_mut(*owner) {
                list.push(row);
            }
        }
        Box::new(lists)
    }
}

/// Related rows of this type.
pub(crate) fn lists<O: Decode>() -> Box<dyn CollectLists> {
    Box::new(Rows::<O>(Vec::new()))
}

/// The types of the columns of a table's primary key.
fn key_types(table: &'static Table) -> Vec<Type> {
    table.primary_key.iter().flat_map(|field| field.columns).map(|column| column.ty).collect()
}

/// Rows whose related rows are wanted, by their keys.
#[derive(Debug, Default)]
pub(super) struct Owners {
    /// The rows of each key: several, where a row was read for several others.
    rows: HashMap<Exact, Vec<usize>>,
    /// The keys, each once, in the order in which they came.
    pub(super) keys: Vec<Exact>,
    /// How many rows there are.
    pub(super) count: usize,
}

impl Owners {
    pub(super) fn new(keys: Vec<Option<Exact>>) -> Self {
        let mut owners =
            Self { rows: HashMap::with_capacity(keys.len()), count: keys.len(), keys: Vec::new() };
        for (row, key) in keys.into_iter().enumerate() {
            let Some(key) = key else { continue };
            let rows = owners.rows.entry(key).or_insert_with_key(|key| {
                owners.keys.push(key.clone());
                Vec::with_capacity(1)
            });
            rows.push(row);
        }
        owners
    }
}

/// Takes rows that begin with keys: of related rows that of the row they belong to, and then those by which further
/// relations find the row.
pub(super) struct Keyed<'k> {
    rows: &'k mut dyn Collect,
    /// Whose the rows may be, and what their key is made of; the rows of a query itself are nobody's.
    belongs: Option<(&'k Owners, &'static Table, Vec<Type>)>,
    /// What the keys for further relations are made of.
    types: Vec<Vec<Type>>,
    /// Those keys: of each relation a list with a key for each row.
    pub(super) keys: Vec<Vec<Option<Exact>>>,
    /// Whose each row is.
    pub(super) owners: Vec<usize>,
}

impl<'k> Keyed<'k> {
    /// The rows of a query.
    pub(super) fn rows(rows: &'k mut dyn Collect, branches: &[std::sync::Arc<Branch>]) -> Self {
        Self {
            rows,
            belongs: None,
            types: branches.iter().map(|branch| key_types(branch.start)).collect(),
            keys: branches.iter().map(|_| Vec::new()).collect(),
            owners: Vec::new(),
        }
    }

    /// The rows that are related to these.
    pub(super) fn children(rows: &'k mut dyn Collect, branch: &Branch, owners: &'k Owners) -> Self {
        let belongs = Some((owners, branch.start, key_types(branch.start)));
        Self { belongs, ..Self::rows(rows, &branch.branches) }
    }
}

impl Sink for Keyed<'_> {
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        let owners = match &self.belongs {
            None => &[0][..],
            Some((owners, table, types)) => {
                let key = Exact::read(row, types)?;
                match key.and_then(|key| owners.rows.get(&key)) {
                    Some(owners) => owners,
                    None => return Err(nobodys(table)),
                }
            }
        };
        let more = owners.len();
        for (types, keys) in self.types.iter().zip(&mut self.keys) {
            let key = Exact::read(row, types)?;
            keys.extend(std::iter::repeat_n(key, more));
        }
        if !self.types.is_empty() {
            row.expect_lists();
        }
        // A row that belongs to several is read as often: what it is read into need not be `Clone`.
        let start = row.position();
        for _ in owners {
            row.rewind(start);
            self.rows.row(row)?;
        }
        if self.belongs.is_some() {
            self.owners.extend(owners);
        }
        Ok(())
    }
}

/// The database takes two keys for the same that are not.
#[cold]
fn nobodys(table: &'static Table) -> Error {
    let reason = format!(
        "the database says that a row belongs to a `{}` that has another key: declare the `collation` of its key",
        table.model
    );
    let error = Error::new(ErrorKind::InvalidQuery { reason });
    match table.primary_key.first() {
        Some(field) => error.with_model(table.model).with_field(field.name),
        None => error.with_model(table.model),
    }
}
