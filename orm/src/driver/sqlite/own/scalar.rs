//! Closures as functions of the values of a row.

use std::ffi::c_int;

use super::value::{SqliteArgument, SqliteResult, SqliteValue, argument, is_missing};

/// A function, without its types.
pub(super) struct Scalar {
    pub(super) name: String,
    /// How many arguments it takes; -1 for any number.
    pub(super) arguments: c_int,
    pub(super) f: Box<dyn Fn(Vec<SqliteValue>) -> Result<SqliteValue, String> + Send + Sync>,
}

/// A closure that can be a function of SQLite: of up to six [`SqliteArgument`]s, that gives a [`SqliteResult`].
#[diagnostic::on_unimplemented(
    message = "this closure cannot be a function of SQLite",
    label = "not a function of values of SQLite",
    note = "it takes up to six arguments whose types are said, `|text: String, count: i64| ..`, owns what it captures, and gives \
            a value or a `Result`"
)]
pub trait SqliteScalar<Args>: Send + Sync + 'static {
    /// How many arguments it takes.
    #[doc(hidden)]
    const ARGUMENTS: c_int;

    /// Calls it with so many values.
    #[doc(hidden)]
    fn call(&self, values: Vec<SqliteValue>) -> Result<SqliteValue, String>;
}

macro_rules! scalar {
    ($count:literal; $($arg:ident $at:literal),*) => {
        impl<F, R, $($arg),*> SqliteScalar<($($arg,)*)> for F
        where
            F: Fn($($arg),*) -> R + Send + Sync + 'static,
            R: SqliteResult,
            $($arg: SqliteArgument,)*
        {
            const ARGUMENTS: c_int = $count;

            fn call(&self, values: Vec<SqliteValue>) -> Result<SqliteValue, String> {
                #[expect(clippy::allow_attributes, reason = "without arguments there is nothing to take")]
                #[allow(unused_mut, unused_variables, reason = "without arguments there is nothing to take")]
                let mut values = values.into_iter();
                $(
                    #[expect(non_snake_case, reason = "named like the type")]
                    let $arg = values.next().unwrap_or(SqliteValue::Null);
                )*
                if false $(|| is_missing::<$arg>(&$arg))* {
                    return Ok(SqliteValue::Null);
                }
                self($(argument::<$arg>($arg, $at)?),*).into_result()
            }
        }
    };
}

scalar!(0;);
scalar!(1; A 1);
scalar!(2; A 1, B 2);
scalar!(3; A 1, B 2, C 3);
scalar!(4; A 1, B 2, C 3, D 4);
scalar!(5; A 1, B 2, C 3, D 4, E 5);
scalar!(6; A 1, B 2, C 3, D 4, E 5, G 6);
