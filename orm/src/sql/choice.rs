//! Functions that give one of several values, the same on every backend.
//!
//! - Decimals on SQLite are brought to one scale, that of the value with the most digits.
//! - Text is compared by code point, whatever collations the values have: said at the first value, it is that of all, so that
//!   the servers need not choose between collations that differ.
//! - NULL is passed over by the greatest and the smallest value; but for PostgreSQL, functions give NULL then. So what may be
//!   NULL is written with the other values behind it, of which the first that is not NULL changes nothing.

use sea_query::{Expr, Func};

use super::build::Builder;
use super::decimal::common_scale;
use super::expr::{atom, nullable};
use super::source::Source;
use crate::driver::Backend;
use crate::error::Result;
use crate::expr::{Function, Node};
use crate::plan::check::type_of;
use crate::types::Type;

impl Builder {
    pub(super) fn choice(&mut self, at: &mut Source<'_>, function: Function, args: &[Node]) -> Result<Expr> {
        let choices = function.choices(args);
        let scale = common_scale(choices.iter().copied()).filter(|_| self.dialect.scaled_decimals);
        let mut values = Vec::with_capacity(choices.len());
        for (place, node) in choices.iter().enumerate() {
            let value = self.single(at, node, scale)?;
            values.push(if place == 0 && self.is_text(node) {
                self.pattern(&format!("{{x}} COLLATE {}", self.dialect.code_point), &value, &value)
            } else {
                value
            });
        }
        let chosen: Expr = match function {
            Function::Coalesce => Func::cust("COALESCE").args(values).into(),
            Function::Greatest | Function::Least => {
                let name = match (self.dialect.backend, function) {
                    (Backend::Sqlite, Function::Greatest) => "max",
                    (Backend::Sqlite, _) => "min",
                    (_, Function::Greatest) => "GREATEST",
                    _ => "LEAST",
                };
                if self.dialect.backend != Backend::Postgres {
                    values = without_null(&choices, values);
                }
                Func::cust(name).args(values).into()
            }
            _ => self.case(at, args, values)?,
        };
        Ok(self.typed(
            chosen,
            choices.iter().find_map(|node| type_of(node)),
            common_scale(choices.iter().copied()),
        ))
    }

    /// With its type said, where the server would take that of what is bound, or of the longest value: MySQL makes floats of
    /// values, and MariaDB groups bytes by a part of them.
    fn typed(&self, chosen: Expr, ty: Option<Type>, scale: Option<u8>) -> Expr {
        if !matches!(self.dialect.backend, Backend::MySql | Backend::MariaDb) {
            return chosen;
        }
        let decimal;
        let name = match ty {
            Some(
                Type::Bool | Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::U8 | Type::U16 | Type::U32,
            ) => "SIGNED",
            Some(Type::Duration) => "SIGNED",
            Some(Type::U64) => "UNSIGNED",
            Some(Type::F32 | Type::F64) => "DOUBLE",
            Some(Type::Date) => "DATE",
            Some(Type::Time) => "TIME(6)",
            Some(Type::DateTime | Type::Timestamp) => "DATETIME(6)",
            Some(Type::Bytes) => "BINARY",
            Some(Type::Uuid) => "BINARY(16)",
            Some(Type::Decimal) => {
                decimal = format!("DECIMAL(65, {})", scale.unwrap_or(0).min(30));
                &decimal
            }
            Some(Type::Enum(def)) if def.stored != Type::Text => "SIGNED",
            _ => return chosen,
        };
        self.pattern(&format!("CAST({{x}} AS {name})"), &chosen, &chosen)
    }

    fn case(&mut self, at: &mut Source<'_>, args: &[Node], values: Vec<Expr>) -> Result<Expr> {
        let mut text = "CASE".to_owned();
        let mut operands = Vec::with_capacity(args.len());
        let mut write = |operands: &mut Vec<Expr>, before: &str, expr: Expr| {
            operands.push(atom(expr));
            text.push_str(before);
            if self.dialect.numbered {
                text.push_str(&format!("${}", operands.len()));
            } else {
                text.push('?');
            }
        };
        for (pair, value) in args.chunks(2).zip(values) {
            if let [condition, _] = pair {
                let condition = self.condition(at, condition)?;
                write(&mut operands, " WHEN ", condition.expr);
                write(&mut operands, " THEN ", value);
            } else {
                write(&mut operands, " ELSE ", value);
            }
        }
        text.push_str(" END");
        Ok(Expr::cust_with_exprs(text, operands))
    }

    /// Whether the database keeps the node as text that has a collation.
    fn is_text(&self, node: &Node) -> bool {
        match type_of(node) {
            Some(Type::Text) => true,
            Some(Type::Enum(def)) => {
                def.stored == Type::Text
                    && (self.dialect.backend != Backend::Postgres || def.native.is_none())
            }
            _ => false,
        }
    }
}

/// Each value, or where it may be NULL, the first of the others that is not.
fn without_null(nodes: &[&Node], values: Vec<Expr>) -> Vec<Expr> {
    let certain = nodes.iter().position(|node| !nullable(node));
    let filled = |place: usize| -> Expr {
        let others: Vec<Expr> = match certain {
            Some(certain) => vec![values[place].clone(), values[certain].clone()],
            None => values[place..].iter().chain(&values[..place]).cloned().collect(),
        };
        Func::cust("COALESCE").args(others).into()
    };
    nodes
        .iter()
        .enumerate()
        .map(|(place, node)| if nullable(node) { filled(place) } else { values[place].clone() })
        .collect()
}
