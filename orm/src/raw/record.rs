//! A row of whatever columns there are.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::driver::{Cursor, Kept, UNKNOWN_SCALE};
use crate::error::{Error, ErrorKind, Result};
use crate::types::{Decode, Value};

/// A row of whatever columns there are, read by name.
///
/// For what no type can be written for: a tool, a report, a query that is put together at run time. Where the columns
/// are known, a tuple or a model is checked and costs less.
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
    names: Arc<[String]>,
    kept: Kept,
}

impl Record {
    pub(super) fn new(names: &Arc<[String]>, kept: Kept) -> Self {
        Self { names: Arc::clone(names), kept }
    }

    /// The names of the columns, in their order.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The value of a column, as a `T`; an `Option` for one that may be NULL.
    ///
    /// # Errors
    ///
    /// `InvalidQuery` if there is no such column; `Decode` for a NULL or a value that is no `T`.
    pub fn get<T: Decode>(&self, name: &str) -> Result<T> {
        T::decode(&mut self.cursor(name)?)
    }

    /// The value of a column, as what the database holds: SQLite has no dates, and MySQL no truth values.
    ///
    /// # Errors
    ///
    /// `InvalidQuery` if there is no such column; `Decode` for an array, and for a type that nothing here reads.
    pub fn value(&self, name: &str) -> Result<Value> {
        self.cursor(name)?.value()
    }

    /// All values by the names of their columns, each as [`value`](Record::value) gives it.
    ///
    /// # Errors
    ///
    /// `Decode`, as [`value`](Record::value).
    pub fn to_map(&self) -> Result<BTreeMap<String, Value>> {
        let mut cursor = Cursor::new(self.kept.raw(), &[]);
        self.names.iter().map(|name| Ok((name.clone(), cursor.value()?))).collect()
    }

    fn cursor(&self, name: &str) -> Result<Cursor<'_>> {
        let Some(at) = self.names.iter().position(|known| known == name) else {
            let known: Vec<_> = self.names.iter().map(|name| format!("`{name}`")).collect();
            let reason = format!("the row has no column `{name}`, it has {}", known.join(", "));
            return Err(Error::new(ErrorKind::InvalidQuery { reason }));
        };
        let mut cursor = Cursor::new(self.kept.raw(), &UNKNOWN_SCALES);
        cursor.skip(at);
        Ok(cursor)
    }
}

/// Shows names alone.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names.iter()).finish()
    }
}

/// As many as SQLite, which alone asks, has columns in a row.
pub(super) static UNKNOWN_SCALES: [u8; 2_000] = [UNKNOWN_SCALE; 2_000];
