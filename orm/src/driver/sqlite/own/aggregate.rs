//! Closures as functions of the values of many rows.

use std::ffi::c_int;
use std::fmt;
use std::sync::Arc;

use super::value::{SqliteArgument, SqliteResult, SqliteValue, argument, is_missing};

/// An aggregate, without its types.
pub(super) struct Aggregate {
    pub(super) name: String,
    pub(super) arguments: c_int,
    /// Begins a group.
    pub(super) begin: Box<dyn Fn() -> Box<dyn Group> + Send + Sync>,
}

/// The rows of one group so far.
pub(super) trait Group: Send {
    fn step(&mut self, values: Vec<SqliteValue>) -> Result<(), String>;

    fn finish(self: Box<Self>) -> Result<SqliteValue, String>;
}

impl Aggregate {
    pub(super) fn new<S, Args, R>(
        name: String,
        init: impl Fn() -> S + Send + Sync + 'static,
        step: impl SqliteStep<S, Args>,
        finish: impl Fn(S) -> R + Send + Sync + 'static,
    ) -> Self
    where
        S: Send + 'static,
        R: SqliteResult,
    {
        let arguments = count(&step);
        let (step, finish) = (Arc::new(step), Arc::new(finish));
        let begin = move || -> Box<dyn Group> {
            let (step, finish) = (Arc::clone(&step), Arc::clone(&finish));
            Box::new(Running {
                state: init(),
                step: move |state: &mut S, values| step.call(state, values),
                finish: move |state| finish(state).into_result(),
            })
        };
        Self { name, arguments, begin: Box::new(begin) }
    }
}

fn count<S, Args, F: SqliteStep<S, Args>>(_: &F) -> c_int {
    F::ARGUMENTS
}

struct Running<S, Step, Finish> {
    state: S,
    step: Step,
    finish: Finish,
}

impl<S, Step, Finish> Group for Running<S, Step, Finish>
where
    S: Send,
    Step: Fn(&mut S, Vec<SqliteValue>) -> Result<(), String> + Send,
    Finish: Fn(S) -> Result<SqliteValue, String> + Send,
{
    fn step(&mut self, values: Vec<SqliteValue>) -> Result<(), String> {
        (self.step)(&mut self.state, values)
    }

    fn finish(self: Box<Self>) -> Result<SqliteValue, String> {
        (self.finish)(self.state)
    }
}

/// What a step gives: nothing, or a `Result` whose error fails the statement.
#[diagnostic::on_unimplemented(
    message = "the step of an aggregate of SQLite cannot give a `{Self}`",
    label = "gives `{Self}`",
    note = "a step changes its state and gives nothing, or a `Result<(), _>` whose error can be shown"
)]
pub trait StepResult {
    /// Why the statement fails, if it does.
    #[doc(hidden)]
    fn into_step(self) -> Result<(), String>;
}

impl StepResult for () {
    fn into_step(self) -> Result<(), String> {
        Ok(())
    }
}

impl<E: fmt::Display> StepResult for Result<(), E> {
    fn into_step(self) -> Result<(), String> {
        self.map_err(|error| error.to_string())
    }
}

/// A closure that can be the step of an aggregate of SQLite: of `&mut` the state and up to four [`SqliteArgument`]s.
#[diagnostic::on_unimplemented(
    message = "this closure cannot be the step of an aggregate of SQLite",
    label = "not a step with a state `{S}`",
    note = "it takes `&mut` the state and up to four arguments whose types are said, `|sum: &mut f64, value: f64| ..`, owns what \
            it captures, and gives nothing or a `Result<(), _>`"
)]
pub trait SqliteStep<S, Args>: Send + Sync + 'static {
    /// How many arguments it takes.
    #[doc(hidden)]
    const ARGUMENTS: c_int;

    /// Takes a row into the state.
    #[doc(hidden)]
    fn call(&self, state: &mut S, values: Vec<SqliteValue>) -> Result<(), String>;
}

macro_rules! step {
    ($count:literal; $($arg:ident $at:literal),*) => {
        impl<F, S, R, $($arg),*> SqliteStep<S, ($($arg,)*)> for F
        where
            F: Fn(&mut S, $($arg),*) -> R + Send + Sync + 'static,
            R: StepResult,
            $($arg: SqliteArgument,)*
        {
            const ARGUMENTS: c_int = $count;

            fn call(&self, state: &mut S, values: Vec<SqliteValue>) -> Result<(), String> {
                #[expect(clippy::allow_attributes, reason = "without arguments there is nothing to take")]
                #[allow(unused_mut, unused_variables, reason = "without arguments there is nothing to take")]
                let mut values = values.into_iter();
                $(
                    #[expect(non_snake_case, reason = "named like the type")]
                    let $arg = values.next().unwrap_or(SqliteValue::Null);
                )*
                if false $(|| is_missing::<$arg>(&$arg))* {
                    return Ok(());
                }
                self(state, $(argument::<$arg>($arg, $at)?),*).into_step()
            }
        }
    };
}

step!(0;);
step!(1; A 1);
step!(2; A 1, B 2);
step!(3; A 1, B 2, C 3);
step!(4; A 1, B 2, C 3, D 4);
