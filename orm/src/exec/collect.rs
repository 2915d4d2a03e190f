//! From rows to output: the only generic step of running a query.

use std::any::Any;

use crate::driver::{Cursor, Sink};
use crate::error::{Error, ErrorKind, Result};
use crate::types::Decode;

/// Decoded rows, behind a type that the executor need not know.
pub(crate) trait Collect: Sink {
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// What a job gave.
pub(crate) struct Response {
    pub(super) rows: Box<dyn Collect>,
    pub(super) affected: u64,
}

/// How the rows of a query become its output.
pub(crate) struct Finish<T> {
    pub(super) sink: Box<dyn Collect>,
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
    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// No rows are expected.
impl Collect for () {
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
    Finish { sink: sink::<O>(), finish: |response| Ok(rows(response)) }
}

/// The first row, if there is one.
pub(crate) fn first<O: Decode>() -> Finish<Option<O>> {
    Finish { sink: sink::<O>(), finish: |response| Ok(rows(response).into_iter().next()) }
}

/// The only row.
pub(crate) fn one<O: Decode>() -> Finish<O> {
    Finish { sink: sink::<O>(), finish: |response| only(rows(response))?.ok_or_else(not_found) }
}

/// The only row, if there is one.
pub(crate) fn one_or_none<O: Decode>() -> Finish<Option<O>> {
    Finish { sink: sink::<O>(), finish: |response| only(rows(response)) }
}

/// The number of rows matched or inserted.
pub(super) fn affected() -> Finish<u64> {
    Finish { sink: Box::new(()), finish: |response| Ok(response.affected) }
}

fn only<O>(rows: Vec<O>) -> Result<Option<O>> {
    if rows.len() > 1 {
        return Err(Error::new(ErrorKind::MultipleObjects));
    }
    Ok(rows.into_iter().next())
}

#[cold]
fn not_found() -> Error {
    Error::new(ErrorKind::NotFound)
}
