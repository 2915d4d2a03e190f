//! From rows to output: the only generic step of running a query.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use super::stream::Pause;
use crate::driver::{Cursor, Sink};
use crate::error::{Error, ErrorKind, Result};
use crate::model::Key;
use crate::types::{Decode, Lists, Origin, Type, Value};

/// Decoded rows, behind a type that the executor need not know.
pub(crate) trait Collect: Sink {
    /// How many rows there are so far.
    fn count(&self) -> usize;

    /// What takes the rows of the statement `at`, if several statements each have their own.
    fn part(&mut self, _at: usize) -> Option<&mut dyn Sink> {
        None
    }

    /// Puts lists of related rows into the rows.
    fn attach(&mut self, lists: &mut [Box<dyn Any + Send>]) -> Result<()>;

    /// Forgets the rows so far: they are to come again.
    fn clear(&mut self);

    /// Told where rows will come from, before they do.
    fn begin(&mut self, _: &dyn Fn() -> Origin) {}

    /// How it pauses, if it is a stream.
    fn pause(&self) -> Option<Arc<Pause>> {
        None
    }

    /// Whether rows have left it for good, so that nothing may begin anew.
    fn has_let_go(&self) -> bool {
        false
    }

    /// Tells the rows where they came from, if they are such that remember it.
    fn trace(&mut self, _: &dyn Fn() -> Origin) {}

    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// What gives its rows away one by one.
pub(crate) trait Single<O>: Collect {
    /// The row that was taken last, if it is still there.
    fn pop(&mut self) -> Option<O>;
}

/// How many rows a query has to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    Any,
    One,
    OneOrNone,
}

impl Expect {
    pub(crate) fn check(self, rows: usize) -> Result<()> {
        match (self, rows) {
            (Self::One, 0) => Err(Error::new(ErrorKind::NotFound)),
            (Self::One | Self::OneOrNone, 2..) => Err(Error::new(ErrorKind::MultipleObjects)),
            _ => Ok(()),
        }
    }
}

/// What a job gave.
pub(crate) struct Response {
    pub(crate) rows: Box<dyn Collect>,
    pub(crate) affected: u64,
}

/// How the rows of a query become its output.
pub(crate) struct Finish<T> {
    pub(crate) sink: Box<dyn Collect>,
    pub(crate) expect: Expect,
    pub(crate) finish: fn(Response) -> Result<T>,
}

/// Rows that were decoded.
pub(crate) struct Rows<O>(pub(crate) Vec<O>);

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

    fn attach(&mut self, lists: &mut [Box<dyn Any + Send>]) -> Result<()> {
        for (at, row) in self.0.iter_mut().enumerate() {
            let mut lists = Lists::of_row(lists, at);
            row.attach(&mut lists);
            if !lists.are_taken() {
                return Err(no_place());
            }
        }
        Ok(())
    }

    fn clear(&mut self) {
        self.0.clear();
    }

    fn trace(&mut self, origin: &dyn Fn() -> Origin) {
        if O::TRACED {
            let origin = origin();
            self.0.iter_mut().for_each(|row| row.trace(&origin));
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

impl<O: Decode> Single<O> for Rows<O> {
    fn pop(&mut self) -> Option<O> {
        self.0.pop()
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

/// Rows that were decoded, and behind each some values of these types.
struct KeyedRows<O> {
    rows: Rows<O>,
    types: Vec<Type>,
    keys: Vec<Vec<Value>>,
}

impl<O: Decode> Sink for KeyedRows<O> {
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        self.rows.row(row)?;
        let key = self.types.iter().map(|ty| Ok(Value::read(row, *ty)?.unwrap_or(Value::Null(*ty))));
        self.keys.push(key.collect::<Result<_>>()?);
        Ok(())
    }
}

impl<O: Decode> Collect for KeyedRows<O> {
    fn count(&self) -> usize {
        self.rows.count()
    }

    fn attach(&mut self, lists: &mut [Box<dyn Any + Send>]) -> Result<()> {
        self.rows.attach(lists)
    }

    fn clear(&mut self) {
        self.rows.clear();
        self.keys.clear();
    }

    fn trace(&mut self, origin: &dyn Fn() -> Origin) {
        self.rows.trace(origin);
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// All rows, and the values of these types behind each.
pub(crate) fn keyed<O: Decode>(types: Vec<Type>) -> Finish<(Vec<O>, Vec<Vec<Value>>)> {
    let sink = KeyedRows::<O> { rows: Rows(Vec::new()), types, keys: Vec::new() };
    let finish = |response: Response| {
        let found = response.rows.into_any().downcast::<KeyedRows<O>>();
        Ok(found.map_or_else(|_| (Vec::new(), Vec::new()), |found| (found.rows.0, found.keys)))
    };
    Finish { sink: Box::new(sink), expect: Expect::Any, finish }
}

/// No rows are expected.
impl Collect for () {
    fn count(&self) -> usize {
        0
    }

    fn attach(&mut self, _: &mut [Box<dyn Any + Send>]) -> Result<()> {
        Ok(())
    }

    fn clear(&mut self) {}

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// The rows. The sink was made beside the function that takes them, so that the types agree.
pub(crate) fn rows<O: 'static>(response: Response) -> Vec<O> {
    response.rows.into_any().downcast::<Rows<O>>().map_or_else(|_| Vec::new(), |rows| rows.0)
}

fn sink<O: Decode>() -> Box<dyn Collect> {
    Box::new(Rows::<O>(Vec::new()))
}

/// Rows that are taken one by one.
pub(crate) fn each<O: Decode>() -> impl Single<O> {
    Rows::<O>(Vec::new())
}

/// All rows.
pub(crate) fn all<O: Decode>() -> Finish<Vec<O>> {
    Finish { sink: sink::<O>(), expect: Expect::Any, finish: |response| Ok(rows(response)) }
}

/// A list for each of so many rows, filled by what is related to them.
pub(crate) fn lists_of<O: Decode>(rows: usize) -> Finish<Vec<Vec<O>>> {
    let mut lists = Vec::new();
    lists.resize_with(rows, Vec::new);
    Finish { sink: Box::new(Rows::<Vec<O>>(lists)), ..all::<Vec<O>>() }
}

#[cold]
fn no_place() -> Error {
    let reason = "related rows without a place in the output: this is a bug in `orm`".to_owned();
    Error::new(ErrorKind::InvalidQuery { reason })
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

/// Whether there was a row.
pub(crate) fn found() -> Finish<bool> {
    Finish { sink: Box::new(()), expect: Expect::Any, finish: |response| Ok(response.affected > 0) }
}

/// The number of rows matched or inserted.
pub(crate) fn affected() -> Finish<u64> {
    Finish { sink: Box::new(()), expect: Expect::Any, finish: |response| Ok(response.affected) }
}
