//! How the rows of a text become what is asked for.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use super::record::{Columns, Record};
use crate::driver::{Cursor, Sink};
use crate::error::{Error, ErrorKind, Result};
use crate::exec::{self, Collect, Expect, Finish, Single, rows};
use crate::model::Table;
use crate::types::{Decode, Named, Origin};

/// What a row of SQL of one's own can become.
///
/// A model is read by the names of its columns, in whichever order they come; there may be others. A scalar or a tuple
/// is read by position, and takes all columns. A [`Record`] takes whatever there is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a row",
    label = "cannot be read from a row",
    note = "a row becomes a model, a tuple, a single value, or `orm::Record`"
)]
pub trait FromRow: Sized + Send + 'static {
    #[doc(hidden)]
    const SHAPE: Shape;

    /// Whether there are rows in it that remember where they came from.
    #[doc(hidden)]
    const TRACED: bool = false;

    #[doc(hidden)]
    fn from_row(row: &mut Cursor<'_>, columns: &Arc<Columns>) -> Result<Self>;

    /// Tells the rows in it where they came from.
    #[doc(hidden)]
    fn trace(&mut self, _: &Origin) {}
}

/// Which columns it takes.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    Any,
    Count(usize),
    Named(Named),
}

#[diagnostic::do_not_recommend]
impl<T: Decode> FromRow for T {
    const SHAPE: Shape = match T::NAMED {
        Some(named) => Shape::Named(named),
        None => Shape::Count(T::WIDTH),
    };

    fn from_row(row: &mut Cursor<'_>, _: &Arc<Columns>) -> Result<Self> {
        T::decode(row)
    }

    const TRACED: bool = <T as Decode>::TRACED;

    fn trace(&mut self, origin: &Origin) {
        Decode::trace(self, origin);
    }
}

impl FromRow for Record {
    const SHAPE: Shape = Shape::Any;

    fn from_row(row: &mut Cursor<'_>, columns: &Arc<Columns>) -> Result<Self> {
        Self::read(row, columns)
    }
}

/// How many rows are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    All,
    /// The first; the others are not looked at.
    First,
    /// One: a second is kept to be counted.
    Single,
}

impl Wanted {
    /// So many rows are looked at.
    fn limit(self) -> usize {
        match self {
            Self::All => usize::MAX,
            Self::First => 1,
            Self::Single => 2,
        }
    }

    fn expect(self, or_none: bool) -> Expect {
        match self {
            Self::All => Expect::Any,
            Self::First | Self::Single if or_none => Expect::OneOrNone,
            Self::First | Self::Single => Expect::One,
        }
    }
}

/// Takes the rows of a text.
struct Rows<T> {
    rows: Vec<T>,
    wanted: Wanted,
    /// The first column alone is read.
    is_scalar: bool,
    columns: Option<Arc<Columns>>,
    /// Where the columns of a model are, and the digits of its decimals.
    map: Option<(Vec<usize>, Vec<u8>)>,
    of: PhantomData<fn() -> T>,
}

impl<T: FromRow> Sink for Rows<T> {
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        if self.rows.len() >= self.wanted.limit() {
            return Ok(());
        }
        let Some(columns) = &self.columns else {
            return Err(invalid("a row without columns: this is a bug in `orm`".to_owned()));
        };
        let read = match &self.map {
            Some((order, scales)) => T::from_row(&mut row.mapped(order, scales), columns),
            None => T::from_row(row, columns),
        };
        self.rows.push(read.map_err(|error| in_column(error, columns.names(), self.map.as_ref()))?);
        Ok(())
    }

    fn wants_columns(&self) -> bool {
        true
    }

    fn columns(&mut self, names: Vec<String>) -> Result<()> {
        if self.columns.is_some() {
            let reason = "the statement gives several sets of rows, of which one alone can be read";
            return Err(invalid(reason.to_owned()));
        }
        if names.is_empty() {
            return Err(invalid("the statement gives no rows: use `execute`".to_owned()));
        }
        match T::SHAPE {
            Shape::Any => distinct(&names, |_| true)?,
            Shape::Count(_) if self.is_scalar => {}
            Shape::Count(width) if width == names.len() => {}
            Shape::Count(width) => {
                let found = names.len();
                let reason = format!("a row of {found} columns cannot become what takes {width}");
                return Err(invalid(reason));
            }
            Shape::Named(named) => self.map = Some(find(named, &names)?),
        }
        self.columns = Some(Arc::new(Columns::named(names)));
        Ok(())
    }
}

impl<T: FromRow> Collect for Rows<T> {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn attach(&mut self, _: &mut [Box<dyn Any + Send>]) -> Result<()> {
        Ok(())
    }

    fn trace(&mut self, origin: &dyn Fn() -> Origin) {
        if T::TRACED {
            let origin = origin();
            self.rows.iter_mut().for_each(|row| row.trace(&origin));
        }
    }

    fn clear(&mut self) {
        self.rows.clear();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        Box::new(exec::Rows(self.rows))
    }
}

impl<T: FromRow> Single<T> for Rows<T> {
    fn pop(&mut self) -> Option<T> {
        self.rows.pop()
    }
}

/// Where the columns of a model are among those of a row.
fn find(named: Named, names: &[String]) -> Result<(Vec<usize>, Vec<u8>)> {
    let columns = (named.columns)();
    let is_twice = |at: usize, name: &str| columns.iter().skip(at + 1).any(|(other, _)| *other == name);
    if let Some((_, (name, _))) = columns.iter().enumerate().find(|(at, (name, _))| is_twice(*at, name)) {
        return Err(invalid(format!("`{}` has two fields that are read from a column `{name}`", named.of)));
    }
    distinct(names, |name| columns.iter().any(|(known, _)| *known == name))?;
    let missing: Vec<_> = columns
        .iter()
        .filter(|(column, _)| !names.iter().any(|name| name == column))
        .map(|(column, _)| format!("`{column}`"))
        .collect();
    if !missing.is_empty() {
        return Err(invalid(format!(
            "the rows lack columns that `{}` is read from: {}",
            named.of,
            missing.join(", ")
        )));
    }
    let place = |column: &str| names.iter().position(|name| name == column).unwrap_or(usize::MAX);
    Ok(columns.iter().map(|(column, scale)| (place(column), *scale)).unzip())
}

/// Refuses columns of one name, of those that are looked for.
fn distinct(names: &[String], is_looked_for: impl Fn(&str) -> bool) -> Result<()> {
    let is_twice = |at: usize, name: &String| {
        names.iter().skip(at + 1).any(|other| other == name) && is_looked_for(name)
    };
    let mut twice: Vec<String> = names
        .iter()
        .enumerate()
        .filter(|(at, name)| is_twice(*at, name))
        .map(|(_, name)| name.clone())
        .collect();
    if twice.is_empty() {
        return Ok(());
    }
    twice.sort_unstable();
    twice.dedup();
    Err(Error::new(ErrorKind::DuplicateColumn { columns: twice }))
}

/// Counts the column as the row has it, and says its name.
fn in_column(error: Error, names: &[String], map: Option<&(Vec<usize>, Vec<u8>)>) -> Error {
    let ErrorKind::Decode { column, .. } = error.kind() else { return error };
    let at = match map {
        Some((order, _)) => order.get(*column).copied().unwrap_or(*column),
        None => *column,
    };
    match names.get(at) {
        Some(name) => error.in_named_column(at, name),
        None => error,
    }
}

fn sink<T: FromRow>(wanted: Wanted, is_scalar: bool) -> Box<dyn Collect> {
    Box::new(new::<T>(wanted, is_scalar))
}

fn new<T>(wanted: Wanted, is_scalar: bool) -> Rows<T> {
    Rows { rows: Vec::new(), wanted, is_scalar, columns: None, map: None, of: PhantomData }
}

/// Rows that are taken one by one.
pub(super) fn each<T: FromRow>() -> impl Single<T> {
    new::<T>(Wanted::All, false)
}

/// All rows.
pub(super) fn all<T: FromRow>() -> Finish<Vec<T>> {
    Finish { sink: sink::<T>(Wanted::All, false), expect: Expect::Any, finish: |response| Ok(rows(response)) }
}

/// Takes the rows of a query of a model.
struct Records {
    rows: Vec<Record>,
    columns: Arc<Columns>,
}

impl Sink for Records {
    fn row(&mut self, row: &mut Cursor<'_>) -> Result<()> {
        self.rows.push(Record::read(row, &self.columns)?);
        Ok(())
    }
}

impl Collect for Records {
    fn count(&self) -> usize {
        self.rows.len()
    }

    fn attach(&mut self, _: &mut [Box<dyn Any + Send>]) -> Result<()> {
        Ok(())
    }

    fn clear(&mut self) {
        self.rows.clear();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        Box::new(exec::Rows(self.rows))
    }
}

/// All rows of a query of a model, as records.
pub(crate) fn records(table: &Table) -> Finish<Vec<Record>> {
    let sink = Records { rows: Vec::new(), columns: Arc::new(Columns::of(table)) };
    Finish { sink: Box::new(sink), expect: Expect::Any, finish: |response| Ok(rows(response)) }
}

/// The rows that a sink of `all` took.
pub(super) fn taken<T: FromRow>(sink: Option<Box<dyn Collect>>) -> Vec<T> {
    let rows = sink.and_then(|sink| sink.into_any().downcast::<exec::Rows<T>>().ok());
    rows.map_or_else(Vec::new, |rows| rows.0)
}

/// The first row, or the only one, if there is one.
pub(super) fn optional<T: FromRow>(wanted: Wanted, is_scalar: bool) -> Finish<Option<T>> {
    Finish {
        sink: sink::<T>(wanted, is_scalar),
        expect: wanted.expect(true),
        finish: |response| Ok(rows(response).into_iter().next()),
    }
}

/// The first row, or the only one.
pub(super) fn required<T: FromRow>(wanted: Wanted, is_scalar: bool) -> Finish<T> {
    Finish {
        sink: sink::<T>(wanted, is_scalar),
        expect: wanted.expect(false),
        finish: |response| rows(response).into_iter().next().ok_or_else(|| Error::new(ErrorKind::NotFound)),
    }
}

#[cold]
fn invalid(reason: String) -> Error {
    Error::new(ErrorKind::InvalidQuery { reason })
}
