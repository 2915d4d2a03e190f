//! The values that go to functions of the program and come from them.

use std::fmt;

/// A value as SQLite has it.
#[derive(Debug, Clone, PartialEq)]
pub enum SqliteValue {
    /// NULL.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// Text. What is not UTF-8 is replaced.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl SqliteValue {
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Integer(_) => "an integer",
            Self::Real(_) => "a real number",
            Self::Text(_) => "text",
            Self::Blob(_) => "bytes",
        }
    }
}

/// What a function of the program can take: `i64`, `i32`, `f64`, `bool`, `String`, `Vec<u8>`, an `Option` of them, or any
/// [`SqliteValue`].
#[diagnostic::on_unimplemented(
    message = "a function of SQLite cannot take `{Self}`",
    label = "not a value of SQLite",
    note = "it takes `i64`, `i32`, `f64`, `bool`, `String`, `Vec<u8>`, an `Option` of them, or `SqliteValue`"
)]
pub trait SqliteArgument: Sized {
    /// Whether NULL is a value of it.
    #[doc(hidden)]
    const NULLABLE: bool = false;

    /// What it is called in errors.
    #[doc(hidden)]
    const NAME: &'static str;

    /// Reads it; the value comes back if it is of another type.
    #[doc(hidden)]
    fn from_value(value: SqliteValue) -> Result<Self, SqliteValue>;
}

/// Reads the argument at a place, from 1.
pub(super) fn argument<T: SqliteArgument>(value: SqliteValue, at: usize) -> Result<T, String> {
    T::from_value(value).map_err(|found| format!("argument {at} is {}, not {}", found.kind(), T::NAME))
}

/// Whether a NULL is there for something that does not take it.
pub(super) fn is_missing<T: SqliteArgument>(value: &SqliteValue) -> bool {
    !T::NULLABLE && matches!(value, SqliteValue::Null)
}

macro_rules! arguments {
    ($($rust:ty, $name:literal, $($pattern:pat => $value:expr),+;)*) => {$(
        impl SqliteArgument for $rust {
            const NAME: &'static str = $name;

            fn from_value(value: SqliteValue) -> Result<Self, SqliteValue> {
                match value {
                    $($pattern => $value,)+
                    other => Err(other),
                }
            }
        }
    )*};
}

arguments! {
    i64, "an integer", SqliteValue::Integer(value) => Ok(value);
    i32, "an integer of 32 bits",
        SqliteValue::Integer(value) => Self::try_from(value).map_err(|_| SqliteValue::Integer(value));
    // A whole number is a number, too: SQLite makes one of `1.0` where a column has no type.
    f64, "a number", SqliteValue::Real(value) => Ok(value), SqliteValue::Integer(value) => Ok(as_real(value));
    bool, "0 or 1", SqliteValue::Integer(0) => Ok(false), SqliteValue::Integer(1) => Ok(true);
    String, "text", SqliteValue::Text(value) => Ok(value);
    Vec<u8>, "bytes", SqliteValue::Blob(value) => Ok(value);
}

/// The nearest, as SQLite itself takes it.
#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "the nearest number is what is wanted"
)]
fn as_real(value: i64) -> f64 {
    value as f64
}

impl SqliteArgument for SqliteValue {
    const NULLABLE: bool = true;
    const NAME: &'static str = "a value";

    fn from_value(value: SqliteValue) -> Result<Self, SqliteValue> {
        Ok(value)
    }
}

impl<T: SqliteArgument> SqliteArgument for Option<T> {
    const NULLABLE: bool = true;
    const NAME: &'static str = T::NAME;

    fn from_value(value: SqliteValue) -> Result<Self, SqliteValue> {
        match value {
            SqliteValue::Null => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }
}

/// What a function of the program can give: what it can take, `&'static str`, and a `Result` whose error fails the statement.
#[diagnostic::on_unimplemented(
    message = "a function of SQLite cannot give `{Self}`",
    label = "not a value of SQLite",
    note = "it gives `i64`, `i32`, `f64`, `bool`, `String`, `&'static str`, `Vec<u8>`, an `Option` of them, `SqliteValue`, or a \
            `Result` with one of them"
)]
pub trait SqliteResult {
    /// The value, or why there is none.
    #[doc(hidden)]
    fn into_result(self) -> Result<SqliteValue, String>;
}

macro_rules! results {
    ($($rust:ty, $value:ident => $result:expr;)*) => {$(
        impl SqliteResult for $rust {
            fn into_result(self) -> Result<SqliteValue, String> {
                let $value = self;
                $result
            }
        }
    )*};
}

results! {
    i64, value => Ok(SqliteValue::Integer(value));
    i32, value => Ok(SqliteValue::Integer(value.into()));
    bool, value => Ok(SqliteValue::Integer(value.into()));
    String, value => Ok(SqliteValue::Text(value));
    &'static str, value => Ok(SqliteValue::Text(value.to_owned()));
    Vec<u8>, value => Ok(SqliteValue::Blob(value));
    // SQLite would make NULL of it without a word.
    f64, value => if value.is_nan() { Err("the result is not a number".to_owned()) } else { Ok(SqliteValue::Real(value)) };
    SqliteValue, value => match value {
        SqliteValue::Real(number) => number.into_result(),
        value => Ok(value),
    };
}

impl<T: SqliteResult> SqliteResult for Option<T> {
    fn into_result(self) -> Result<SqliteValue, String> {
        self.map_or(Ok(SqliteValue::Null), T::into_result)
    }
}

impl<T: SqliteResult, E: fmt::Display> SqliteResult for Result<T, E> {
    fn into_result(self) -> Result<SqliteValue, String> {
        match self {
            Ok(value) => value.into_result(),
            Err(error) => Err(error.to_string()),
        }
    }
}
