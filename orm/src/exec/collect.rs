//! From rows to output: the only generic step of running a query.

use std::any::Any;
use std::marker::PhantomData;

use crate::driver::{Cursor, Sink};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Key;
use crate::types::{Decode, Value};

/// Decoded rows, behind a type that the executor need not know.
pub(crate) trait Collect: Sink {
    /// How many rows there are so far.
    fn count(&self) -> usize;

    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// How many rows a query has to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    Any,
    One,
    OneOrNone,
}

impl Expect {
    pub(super) fn check(self, rows: usize) -> Result<()> {
        match (self, rows) {
            (Self::One, 0) => Err(Error::new(ErrorKind::NotFound)),
            (Self::One | Self::OneOrNone, 2..) => Err(Error::new(ErrorKind::MultipleObjects)),
            _ => Ok(()),
        }
    }
}

/// What a job gave.
pub(crate) struct Response {
    pub(super) rows: Box<dyn Collect>,
    pub(super) affected: u64,
}

/// How the rows of a query become its output.
pub(crate) struct Finish<T> {
    pub(super) sink: Box<dyn Collect>,
    pub(super) expect: Expect,
    pub(super) finish: fn(Response) -> Result<T>,
}

struct Rows<O>(Vec<O>);

impl<O: Decode> Sink for Rows<O> {
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        self.0.push(O::decode(row)?);
        Ok(())
    }
}

impl<O: Decode> Collect for Rows<O> {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// Keys as neutral values, behind a type that the executor need not know.
pub(crate) trait Keys: Sink {
    /// The keys so far.
    fn take(&mut self) -> Vec<Value>;
}

struct KeyValues<K>(Vec<Value>, PhantomData<fn() -> K>);

impl<K: Key> Sink for KeyValues<K> {
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        self.0.push(K::decode(row)?.key_value());
        Ok(())
    }
}

impl<K: Key> Keys for KeyValues<K> {
    fn take(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.0)
    }
}

pub(super) fn keys<K: Key>() -> Box<dyn Keys> {
    Box::new(KeyValues::<K>(Vec::new(), PhantomData))
}

/// No rows are expected.
impl Collect for () {
    fn count(&self) -> usize {
        0
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// The rows. The sink was made beside the function that takes them, so that the types agree.
fn rows<O: Decode>(response: Response) -> Vec<O> {
    response.rows.into_any().downcast::<Rows<O>>().map_or_else(|_| Vec::new(), |rows| rows.0)
}

fn sink<O: Decode>() -> Box<dyn Collect> {
    Box::new(Rows::<O>(Vec::new()))
}

/// All rows.
pub(crate) fn all<O: Decode>() -> Finish<Vec<O>> {
    Finish { sink: sink::<O>(), expect: Expect::Any, finish: |response| Ok(rows(response)) }
}

/// The first row, if there is one.
pub(crate) fn first<O: Decode>() -> Finish<Option<O>> {
    Finish {
        sink: sink::<O>(),
        expect: Expect::Any,
        finish: |response| Ok(rows(response).into_iter().next()),
    }
}

/// The only row.
pub(crate) fn one<O: Decode>() -> Finish<O> {
    let finish = |response| rows(response).into_iter().next().ok_or_else(|| Error::new(ErrorKind::NotFound));
    Finish { sink: sink::<O>(), expect: Expect::One, finish }
}

/// The only row, if there is one.
pub(crate) fn one_or_none<O: Decode>() -> Finish<Option<O>> {
    Finish { expect: Expect::OneOrNone, ..first::<O>() }
}

/// The only row, and whether it is new: of that the number of rows speaks.
pub(crate) fn one_and_created<O: Decode>() -> Finish<(O, bool)> {
    let finish = |response: Response| {
        let created = response.affected > 0;
        let row = rows(response).into_iter().next().ok_or_else(|| Error::new(ErrorKind::NotFound))?;
        Ok((row, created))
    };
    Finish { sink: sink::<O>(), expect: Expect::One, finish }
}

/// The number of rows matched or inserted.
pub(crate) fn affected() -> Finish<u64> {
    Finish { sink: Box::new(()), expect: Expect::Any, finish: |response| Ok(response.affected) }
}
