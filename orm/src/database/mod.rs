//! stand-in
#![allow(missing_docs, missing_debug_implementations, dead_code)]
use crate::error::Result;
#[derive(Debug, Clone)]
pub enum DatabaseRef {
    Name(&'static str),
}
#[derive(Clone, Default)]
pub struct Auto(pub(crate) Option<String>);
#[derive(Default)]
pub enum Target<'c> {
    #[default]
    Auto,
    Name(String),
    Lent(&'c mut u32),
}
pub struct Borrowed<'c>(&'c mut u32);
pub trait Executor<'c> {
    fn target(self) -> Target<'c>;
}
impl<'c> Executor<'c> for Auto {
    fn target(self) -> Target<'c> {
        Target::Auto
    }
}
impl<'c, 'd: 'c> Executor<'c> for Borrowed<'d> {
    fn target(self) -> Target<'c> {
        Target::Lent(self.0)
    }
}
#[diagnostic::on_unimplemented(
    message = "a query cannot run on `{Self}`",
    label = "not a database",
    note = "`.using(..)` takes an alias, a `&Database`, a `&'static DatabaseProxy`, a transaction, or a sqlx pool, connection or transaction"
)]
pub trait Using {
    type Executor;
    fn executor(self) -> Self::Executor;
}
impl Using for &str {
    type Executor = Auto;
    fn executor(self) -> Auto {
        Auto(Some(self.into()))
    }
}
impl<'c> Using for &'c mut u32 {
    type Executor = Borrowed<'c>;
    fn executor(self) -> Borrowed<'c> {
        Borrowed(self)
    }
}
