//! Rows that know where they came from and what they were, so that changes to them can be written back.
//!
//! `Tracked` is such a row, `save` what writes, reads and deletes it, `query` the ways to get one. Uses `query`, `exec`,
//! `plan` and `database`; used by nobody but users.

mod query;
mod save;

use std::borrow::Borrow;
use std::fmt;
use std::ops::{Deref, DerefMut};

use crate::database::{Database, Target, To};
use crate::driver::Cursor;
use crate::error::Result;
use crate::exec::Source;
use crate::model::{Field, ForeignKey, Key as _, Model, key_of};
use crate::types::{Decode, Named, Origin, Single, Value};

pub use save::{Refresh, Save};

/// A row that knows which database it came from, and what it was when it came.
///
/// It is used like the row itself, and changed like it; [`save`](Self::save) writes back what has changed.
/// [`QuerySet::tracked`](crate::QuerySet::tracked) gives such rows. Where the model has a method `save`, `refresh`, `delete`
/// or `changed` of its own, that is `(*row).save()`.
///
/// # Examples
///
/// ```
/// use orm::prelude::*;
///
/// #[derive(Model, Debug, Clone, PartialEq)]
/// #[model(table = "users")]
/// struct User {
///     #[field(primary_key)]
///     id: i64,
///     #[field(max_length = 80)]
///     username: String,
///     age: Option<i32>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let db = Database::open("example", "sqlite::memory:").await?;
/// # db.create_tables(&[User::TABLE]).await?;
/// # User::objects().using(&db).create(NewUser::new("ann")).await?;
/// let mut ann = User::objects().using(&db).filter(User::username.eq("ann")).tracked().one().await?;
/// ann.age = Some(30);
/// assert_eq!(ann.changed(), ["age"]);
/// ann.save().await?;
/// assert!(ann.changed().is_empty());
/// # Ok(())
/// # }
/// ```
pub struct Tracked<M> {
    row: M,
    /// The values of its fields as the database has them: taken before the first change.
    was: Option<Box<[Value]>>,
    origin: Option<Origin>,
}

impl<M: Model> Tracked<M> {
    /// Tracks a row at hand, which counts as unchanged. Its database is that of the model, unless
    /// [`from_database`](Self::from_database) says otherwise.
    #[must_use]
    pub fn new(row: M) -> Self {
        Self { row, was: None, origin: None }
    }

    /// As if it had been read from this database.
    #[must_use]
    pub fn from_database(mut self, database: &Database) -> Self {
        self.origin = Some(Origin::new(Source::of(database)));
        self
    }

    /// The database that it came from. None for a row that came over a connection or a pool of the user's own, or from no
    /// query: then that of the model is meant.
    ///
    /// A row that came from a database keeps it alive, as a handle does.
    #[must_use]
    pub fn database(&self) -> Option<Database> {
        self.source().and_then(Source::database)
    }

    /// The names of the fields that have changed since the row was read or saved, those of embedded structs as
    /// `field.inner`.
    #[must_use]
    pub fn changed(&self) -> Vec<&'static str> {
        self.changes().iter().map(|(field, _)| field.name).collect()
    }

    /// The row, without what is known of it.
    #[must_use]
    pub fn into_inner(self) -> M {
        self.row
    }

    /// The fields that have changed, with their values.
    fn changes(&self) -> Vec<(&'static Field, Value)> {
        let Some(was) = &self.was else { return Vec::new() };
        let now = self.row.row_values();
        let pairs = M::TABLE.fields.iter().zip(was).zip(now);
        pairs.filter(|((_, was), now)| !same(was, now)).map(|((field, _), now)| (field, now)).collect()
    }

    /// The key by which the database knows the row.
    fn stored_key(&self) -> Value {
        let Some(was) = &self.was else { return self.row.key().key_value() };
        let part = |key: &&'static Field| {
            let at = M::TABLE.fields.iter().position(|field| std::ptr::eq(field, *key))?;
            was.get(at).cloned()
        };
        key_of(M::TABLE.primary_key.iter().filter_map(part).collect())
    }

    /// The row as it is now is what the database has.
    fn settle(&mut self) {
        self.was = None;
    }

    fn source(&self) -> Option<&Source> {
        self.origin.as_ref().and_then(Origin::get)
    }

    fn target(&self) -> Target<'static> {
        To::Origin(self.source().cloned().unwrap_or(Source::UNKNOWN)).into()
    }
}

/// Whether a value is the same as before: a NaN is, and the two zeros are not.
fn same(was: &Value, now: &Value) -> bool {
    match (was, now) {
        (Value::Float(was), Value::Float(now)) => was.to_bits() == now.to_bits(),
        (Value::Double(was), Value::Double(now)) => was.to_bits() == now.to_bits(),
        (Value::Array(_, was), Value::Array(_, now)) | (Value::Tuple(was), Value::Tuple(now)) => {
            was.len() == now.len() && was.iter().zip(now).all(|(was, now)| same(was, now))
        }
        (was, now) => was == now,
    }
}

impl<M> Deref for Tracked<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.row
    }
}

/// Takes note of what the row was, the first time.
impl<M: Model> DerefMut for Tracked<M> {
    fn deref_mut(&mut self) -> &mut M {
        if self.was.is_none() {
            self.was = Some(self.row.row_values().into());
        }
        &mut self.row
    }
}

impl<M: Model> Decode for Tracked<M> {
    const WIDTH: usize = M::WIDTH;
    const NAMED: Option<Named> = M::NAMED;
    const TRACED: bool = true;

    fn decode(row: &mut Cursor<'_>) -> Result<Self> {
        M::decode(row).map(Self::new)
    }

    fn decode_nullable(row: &mut Cursor<'_>) -> Result<Option<Self>> {
        Ok(M::decode_nullable(row)?.map(Self::new))
    }

    fn trace(&mut self, origin: &Origin) {
        self.origin = Some(origin.clone());
    }
}

impl<M: Model> Single for Tracked<M> {}

impl<M: Clone> Clone for Tracked<M> {
    fn clone(&self) -> Self {
        Self { row: self.row.clone(), was: self.was.clone(), origin: self.origin.clone() }
    }
}

/// As the row itself.
impl<M: fmt::Debug> fmt::Debug for Tracked<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tracked").field(&self.row).finish()
    }
}

/// By what the rows are, not by where they came from.
impl<M: PartialEq> PartialEq for Tracked<M> {
    fn eq(&self, other: &Self) -> bool {
        self.row == other.row
    }
}

impl<M: PartialEq> PartialEq<M> for Tracked<M> {
    fn eq(&self, other: &M) -> bool {
        self.row == *other
    }
}

impl<M> Borrow<M> for Tracked<M> {
    fn borrow(&self) -> &M {
        &self.row
    }
}

impl<M> Borrow<M> for &Tracked<M> {
    fn borrow(&self) -> &M {
        &self.row
    }
}

/// As the row itself.
#[cfg(feature = "serde")]
impl<M: serde::Serialize> serde::Serialize for Tracked<M> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.row.serialize(serializer)
    }
}

/// The key of the row.
impl<M: Model> From<&Tracked<M>> for ForeignKey<M> {
    fn from(row: &Tracked<M>) -> Self {
        Self::new(row.row.key())
    }
}
