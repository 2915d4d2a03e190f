//! Arithmetic that gives the same on every backend.
//!
//! - Integers are 64 bits wide, whatever the columns: PostgreSQL would stay within the narrower one, MySQL
//!   refuse a negative difference of unsigned ones. `u64` is wider than that on the servers.
//! - Division of integers cuts towards zero, as in Rust. Division by zero is NULL.
//! - `f32` is calculated as `f64`. What leaves `f64`, or is no number, is an error; SQLite would go on with an infinity, or
//!   NULL.
//! - What leaves the range is an error. SQLite goes on with floats instead, but a float makes every result a float that it
//!   goes into, so the last one tells, and is refused: by the same text in queries and schemas, so that an index on it is
//!   found. A divisor is looked at by itself, because division by a float of zero is NULL, and products are not so long
//!   that a float could become infinite.

use sea_query::{BinOper, Expr, Func};

use super::build::{Builder, invalid};
use super::decimal::scale_of;
use super::expr::{binary, word};
use super::source::Source;
use crate::driver::Backend;
use crate::error::Result;
use crate::expr::{ArithmeticOp, Function, Node};
use crate::plan::check::type_of;
use crate::types::Type;

impl Builder {
    /// Arithmetic whose result is used as it is: it has the type that it should have.
    pub(super) fn arithmetic(
        &mut self,
        at: &mut Source<'_>,
        op: ArithmeticOp,
        sides: &[Node; 2],
        node: &Node,
        scale: Option<u8>,
    ) -> Result<Expr> {
        let expr = self.calculation(at, op, sides, node, scale)?;
        let integers = self.is_scaled(node) || type_of(node).is_none_or(is_integer);
        if self.dialect.backend == Backend::Sqlite && matches!(type_of(node), Some(Type::F32 | Type::F64)) {
            return self.finite(at, node, expr);
        }
        match self.dialect.integer_guard {
            Some(_) if integers && factors(node) > MOST_FACTORS => {
                Err(self.unsupported("products of more than eight factors"))
            }
            Some(guard) if integers => Ok(self.pattern(guard, &expr, &expr)),
            _ => Ok(expr),
        }
    }

    /// A calculation with floats of which SQLite makes an infinity, or NULL where there would be no number, as the error that
    /// it is elsewhere. An infinity among the operands may stay one; a division by zero is NULL everywhere.
    fn finite(&mut self, at: &mut Source<'_>, node: &Node, expr: Expr) -> Result<Expr> {
        if divisions(node) > MOST_DIVISIONS {
            return Err(self.unsupported("more than four divisions of floats within each other"));
        }
        let divides = matches!(node, Node::Arithmetic(ArithmeticOp::Div, _));
        let mut operands = Vec::new();
        operands_of(node, &mut operands);
        let mut largest = Vec::with_capacity(operands.len());
        for operand in operands {
            let operand = self.single(at, operand, None)?;
            largest.push(self.pattern("abs({x})", &operand, &operand));
        }
        // With one argument it would be an aggregate.
        let largest = match <[Expr; 1]>::try_from(largest) {
            Ok([one]) => one,
            Err(several) => Func::cust("max").args(several).into(),
        };
        let pattern = if divides {
            "CASE WHEN abs({x}) = 9e999 AND {n} < 9e999 THEN abs(-9223372036854775807 - 1) ELSE {x} END"
        } else {
            "CASE WHEN {n} IS NOT NULL AND ({x} IS NULL OR (abs({x}) = 9e999 AND {n} < 9e999)) \
             THEN abs(-9223372036854775807 - 1) ELSE {x} END"
        };
        Ok(self.pattern(pattern, &expr, &largest))
    }

    fn calculation(
        &mut self,
        at: &mut Source<'_>,
        op: ArithmeticOp,
        sides: &[Node; 2],
        node: &Node,
        scale: Option<u8>,
    ) -> Result<Expr> {
        let own = scale_of(node).filter(|_| self.is_scaled(node));
        if own.is_some_and(|scale| scale > 18) {
            return Err(invalid("decimals whose product has more than 18 digits behind the point"));
        }
        let each = if op == ArithmeticOp::Mul { None } else { own };
        let whole = type_of(node).is_none_or(is_integer);
        let floats =
            self.dialect.backend == Backend::Sqlite && matches!(type_of(node), Some(Type::F32 | Type::F64));
        let exact_division = op == ArithmeticOp::Div && type_of(node) == Some(Type::U64);

        let mut operands = Vec::with_capacity(2);
        for (at_right, side) in [false, true].into_iter().zip(sides) {
            let expr = match side {
                // The whole is looked at; see above.
                Node::Arithmetic(inner, parts)
                    if !(at_right && op == ArithmeticOp::Div || floats && is_looked_at(op, side)) =>
                {
                    self.calculation(at, *inner, parts, side, each)?
                }
                _ => self.single(at, side, each)?,
            };
            operands.push(if exact_division { expr } else { self.widened(expr, side) });
        }
        let mut operands = operands.into_iter();
        let (Some(left), Some(mut right)) = (operands.next(), operands.next()) else {
            return Err(invalid("arithmetic needs two sides"));
        };
        if op == ArithmeticOp::Div && self.dialect.division_fails {
            right = self.pattern("NULLIF({x}, 0)", &right, &right);
        }
        let expr = match op {
            ArithmeticOp::Add => binary(left, BinOper::Add, right),
            ArithmeticOp::Sub => binary(left, BinOper::Sub, right),
            ArithmeticOp::Mul => binary(left, BinOper::Mul, right),
            // NUMERIC does not cut by itself.
            ArithmeticOp::Div if exact_division && self.dialect.backend == Backend::Postgres => {
                self.pattern("DIV({x}, {n})", &left, &right)
            }
            ArithmeticOp::Div if whole => binary(left, BinOper::Custom(self.dialect.integer_division), right),
            ArithmeticOp::Div => binary(left, BinOper::Div, right),
        };
        Ok(self.rescaled(expr, node, scale.filter(|_| own.is_some())))
    }

    /// An operand, as wide as the calculation.
    fn widened(&self, expr: Expr, node: &Node) -> Expr {
        // The result of a calculation is wide already, and integers are bound as 64 bits.
        let narrow = matches!(
            node,
            Node::Field(..)
                | Node::Proposed(..)
                | Node::Key(_)
                | Node::Aggregate(_)
                | Node::Related(..)
                | Node::Call(Function::Case | Function::Coalesce | Function::Greatest | Function::Least, _)
        );
        let pattern = match (self.dialect.backend, type_of(node)) {
            (Backend::Postgres, Some(Type::F32)) => "CAST({x} AS DOUBLE PRECISION)",
            (Backend::Postgres, Some(Type::I8 | Type::I16 | Type::I32 | Type::U8 | Type::U16)) if narrow => {
                "CAST({x} AS BIGINT)"
            }
            (Backend::MySql | Backend::MariaDb, Some(Type::U8 | Type::U16 | Type::U32)) if narrow => {
                "CAST({x} AS SIGNED)"
            }
            (Backend::MySql | Backend::MariaDb, Some(Type::U64))
                if narrow || matches!(node, Node::Value(_)) =>
            {
                "CAST({x} AS DECIMAL(20, 0))"
            }
            _ => return expr,
        };
        self.pattern(pattern, &expr, &word(""))
    }
}

/// As long as there are no more, the product of any integers, each brought to another scale, is a finite float.
const MOST_FACTORS: usize = 8;

/// Whether a part of a calculation with floats is looked at by itself: what is divided, as a division hides what was no
/// number before, and a division in something else.
fn is_looked_at(op: ArithmeticOp, side: &Node) -> bool {
    op == ArithmeticOp::Div || matches!(side, Node::Arithmetic(ArithmeticOp::Div, _))
}

/// What a calculation with floats is about: parts that are looked at by themselves are one thing each.
fn operands_of<'n>(node: &'n Node, into: &mut Vec<&'n Node>) {
    let Node::Arithmetic(op, sides) = node else {
        into.push(node);
        return;
    };
    for side in sides.iter() {
        if is_looked_at(*op, side) { into.push(side) } else { operands_of(side, into) }
    }
}

/// Each of them writes what is within several times.
const MOST_DIVISIONS: usize = 4;

/// How deep parts that are looked at by themselves stand within each other.
fn divisions(node: &Node) -> usize {
    let Node::Arithmetic(op, sides) = node else { return 0 };
    let of_side = |side: &Node| {
        let own = matches!(side, Node::Arithmetic(..)) && is_looked_at(*op, side);
        divisions(side) + usize::from(own)
    };
    sides.iter().map(of_side).max().unwrap_or(0)
}

/// How many integers are multiplied with each other, at most.
fn factors(node: &Node) -> usize {
    match node {
        Node::Arithmetic(ArithmeticOp::Mul, sides) => sides.iter().map(factors).sum(),
        Node::Arithmetic(ArithmeticOp::Add | ArithmeticOp::Sub, sides) => {
            sides.iter().map(factors).max().unwrap_or(1)
        }
        Node::Arithmetic(ArithmeticOp::Div, sides) => factors(&sides[0]),
        _ => 1,
    }
}

pub(super) fn is_integer(ty: Type) -> bool {
    matches!(ty, Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::U8 | Type::U16 | Type::U32 | Type::U64)
}
