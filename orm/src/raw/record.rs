//! A row of whatever columns there are.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::driver::{Cursor, Kept, UNKNOWN_SCALE};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Table;
use crate::types::{Decode, Type, Value};

/// A row of whatever columns there are, read by name.
///
/// For what no type can be written for: a tool, a report, a query that is put together at run time. Where the columns
/// are known, a tuple or a model is checked and costs less. Given by SQL of one's own, and by
/// [`records`](crate::QuerySet::records) of a query.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// use orm::Record;
///
/// let mut commands = orm::connect("sqlite::memory:").await?;
/// let row: Record = commands.query_single("SELECT 7 AS id, 'ann' AS name", ()).await?;
/// assert_eq!(row.get::<i32>("id")?, 7);
/// assert_eq!(row.get::<String>("name")?, "ann");
/// assert_eq!(row.names().collect::<Vec<_>>(), ["id", "name"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Record {
    columns: Arc<Columns>,
    kept: Kept,
}

/// What the columns of records are called, and what else is known about them.
#[doc(hidden)]
#[derive(Debug)]
pub struct Columns {
    names: Vec<String>,
    /// What they are to a model, with the digits behind the point of decimals.
    typed: Option<Typed>,
}

#[derive(Debug)]
struct Typed {
    types: Vec<Type>,
    scales: Vec<u8>,
}

impl Columns {
    /// Of a text, about which nobody knows more.
    pub(super) fn named(names: Vec<String>) -> Self {
        Self { names, typed: None }
    }

    /// Of a model.
    pub(crate) fn of(table: &Table) -> Self {
        let types = table.columns().map(|def| def.ty).collect();
        let scales = table.columns().map(|def| def.precision.map_or(0, |(_, scale)| scale)).collect();
        let names = table.columns().map(|def| def.name.to_owned()).collect();
        Self { names, typed: Some(Typed { types, scales }) }
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }
}

impl Record {
    pub(super) fn new(columns: &Arc<Columns>, kept: Kept) -> Self {
        Self { columns: Arc::clone(columns), kept }
    }

    /// A copy of the row at hand.
    pub(crate) fn read(row: &Cursor<'_>, columns: &Arc<Columns>) -> Result<Self> {
        match row.keep() {
            Some(kept) => Ok(Self::new(columns, kept)),
            None => Err(Error::new(ErrorKind::InvalidQuery {
                reason: "a row that cannot be copied: this is a bug in `orm`".to_owned(),
            })),
        }
    }

    /// The names of the columns, in their order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.columns.names.iter().map(String::as_str)
    }

    /// The value of a column, as a `T`; an `Option` for one that may be NULL.
    ///
    /// # Errors
    ///
    /// `InvalidQuery` if there is no such column; `Decode` for a NULL or a value that is no `T`.
    pub fn get<T: Decode>(&self, name: &str) -> Result<T> {
        T::decode(&mut self.cursor(name)?.0)
    }

    /// The value of a column: of a query, as its field has it; of SQL of one's own, as the database holds it, and SQLite has
    /// no dates, MySQL no truth values.
    ///
    /// # Errors
    ///
    /// `InvalidQuery` if there is no such column; `Decode` for a type that nothing here reads, and for an array in SQL of
    /// one's own, whose elements `get` has to name.
    pub fn value(&self, name: &str) -> Result<Value> {
        let (mut cursor, at) = self.cursor(name)?;
        self.neutral(&mut cursor, at)
    }

    /// All values by the names of their columns, each as [`value`](Record::value) gives it.
    ///
    /// # Errors
    ///
    /// `Decode`, as [`value`](Record::value).
    pub fn to_map(&self) -> Result<BTreeMap<String, Value>> {
        let mut cursor = Cursor::new(self.kept.raw(), self.scales());
        let values = self.columns.names.iter().enumerate();
        values.map(|(at, name)| Ok((name.clone(), self.neutral(&mut cursor, at)?))).collect()
    }

    fn neutral(&self, cursor: &mut Cursor<'_>, at: usize) -> Result<Value> {
        match self.columns.typed.as_ref().and_then(|typed| typed.types.get(at)) {
            Some(ty) => Ok(Value::read(cursor, *ty)?.unwrap_or(Value::Null(*ty))),
            None => cursor.value(),
        }
    }

    fn scales(&self) -> &[u8] {
        self.columns.typed.as_ref().map_or(&UNKNOWN_SCALES, |typed| &typed.scales)
    }

    fn cursor(&self, name: &str) -> Result<(Cursor<'_>, usize)> {
        let Some(at) = self.columns.names.iter().position(|known| known == name) else {
            let known: Vec<_> = self.columns.names.iter().map(|name| format!("`{name}`")).collect();
            let reason = format!("the row has no column `{name}`, it has {}", known.join(", "));
            return Err(Error::new(ErrorKind::InvalidQuery { reason }));
        };
        let mut cursor = Cursor::new(self.kept.raw(), self.scales());
        cursor.skip(at);
        Ok((cursor, at))
    }
}

/// Shows names alone.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.columns.names.iter()).finish()
    }
}

/// As many as SQLite, which alone asks, has columns in a row.
pub(super) static UNKNOWN_SCALES: [u8; 2_000] = [UNKNOWN_SCALE; 2_000];
