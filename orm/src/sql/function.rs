//! Calls of functions.

use sea_query::{Expr, Func};

use super::build::{Builder, internal};
use super::ddl::own_type::name as collation_name;
use super::hstore;
use super::source::Source;
use crate::driver::Backend;
use crate::error::Result;
use crate::expr::{Function, Node};
use crate::types::Type;

impl Builder {
    pub(super) fn call_of(&mut self, at: &mut Source<'_>, function: Function, args: &[Node]) -> Result<Expr> {
        if let Function::Own(own) = function {
            let args = args.iter().map(|arg| self.single(at, arg, None)).collect::<Result<Vec<_>>>()?;
            return Ok(Func::cust(own.name).args(args).into());
        }
        if function == Function::Random {
            return Ok(Func::cust(self.dialect.random).into());
        }
        if !function.choices(args).is_empty() {
            return self.choice(at, function, args);
        }
        let (x, n) = match args {
            [x] => (self.single(at, x, None)?, None),
            [x, n] => (self.single(at, x, None)?, Some(self.single(at, n, None)?)),
            _ => return Err(internal("a function with a wrong number of arguments")),
        };
        let pattern = match function {
            Function::Lower => self.dialect.lower,
            Function::Upper => self.dialect.upper,
            // Four bytes wide there.
            Function::Cardinality => "CAST(cardinality({x}) AS BIGINT)",
            Function::Get => hstore::GET,
            Function::Round(digits) => return Ok(self.rounded(x, &args[0], digits)),
            Function::Collate(name) => {
                let name = collation_name(self.dialect, name);
                return Ok(self.pattern(&format!("({{x}}) COLLATE {name}"), &x, &x));
            }
            Function::As(ty) => {
                let ty = match (self.dialect.backend, ty) {
                    (Backend::Postgres, Type::I8 | Type::I16 | Type::U8) => "SMALLINT",
                    (Backend::Postgres, Type::I32 | Type::U16) => "INTEGER",
                    (Backend::Postgres, Type::F32) => "REAL",
                    _ => return Ok(x),
                };
                return Ok(self.pattern(&format!("CAST({{x}} AS {ty})"), &x, &x));
            }
            Function::Random
            | Function::Case
            | Function::Coalesce
            | Function::Greatest
            | Function::Least
            | Function::Own(_) => return Err(internal("a function without a pattern")),
        };
        Ok(self.pattern(pattern, &x, n.as_ref().unwrap_or(&x)))
    }
}
