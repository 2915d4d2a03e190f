//! Calls of functions.

use sea_query::Expr;

use super::build::{Builder, internal};
use super::source::Source;
use crate::error::Result;
use crate::expr::{Function, Node};

impl Builder {
    pub(super) fn call_of(&mut self, at: &mut Source<'_>, function: Function, args: &[Node]) -> Result<Expr> {
        let [x] = args else { return Err(internal("a function with a wrong number of arguments")) };
        let x = self.single(at, x, None)?;
        let pattern = match function {
            Function::Lower => self.dialect.lower,
            Function::Upper => self.dialect.upper,
        };
        Ok(self.pattern(pattern, &x, &x))
    }
}
