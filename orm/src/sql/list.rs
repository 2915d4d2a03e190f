//! `IN` lists and sub-queries.

use sea_query::{BinOper, Expr, Func, SelectStatement, SubQueryStatement};

use super::build::{Builder, internal};
use super::condition::{Condition, constant, is_tuple};
use super::decimal::{common_scale, list_scale, scale_of};
use super::expr::{binary, equal, nullable};
use super::source::Source;
use crate::error::Result;
use crate::expr::Node;
use crate::plan::check::width;
use crate::plan::{Output, Select, shape};
use crate::types::{Type, Value};

impl Builder {
    /// One array on PostgreSQL, unless its elements are arrays; else padded to one of few lengths, by repeating the last
    /// value.
    pub(super) fn in_list(&mut self, at: &mut Source<'_>, inner: &Node, list: &Value) -> Result<Condition> {
        let Value::List(_, items) = list else {
            return Err(internal("`in_` without a list"));
        };
        let Some(first) = items.first() else {
            return Ok(constant(false));
        };
        let unknown = nullable(inner);
        if is_tuple(first) {
            let x = self.columns(at, inner)?;
            return Ok(Condition { expr: self.in_rows(x, list, items)?, unknown });
        }
        let scale = common_scale([inner]).max(list_scale(list)).filter(|_| self.dialect.scaled_decimals);
        let x = self.single(at, inner, scale)?;
        if !matches!(list, Value::List(Type::Array(_), _)) {
            return Ok(Condition { expr: self.in_values(x, list, items, scale)?, unknown });
        }
        // An array cannot hold arrays.
        let arrays = self.elements(items.len(), 1, |builder, element| {
            let array = builder.placeholder(list, Some(element), None, scale)?;
            Ok(builder.as_element_of(array, inner))
        })?;
        Ok(Condition { expr: binary(x, BinOper::In, Expr::Tuple(arrays)), unknown })
    }

    fn in_values(&mut self, x: Expr, list: &Value, items: &[Value], scale: Option<u8>) -> Result<Expr> {
        if self.dialect.arrays && !self.is_schema() {
            let array = self.value(list, scale)?;
            return Ok(equal(x, Func::cust("ANY").arg(array).into()));
        }
        let values = self.elements(items.len(), 1, |builder, element| {
            builder.placeholder(list, Some(element), None, scale)
        })?;
        Ok(binary(x, BinOper::In, Expr::Tuple(values)))
    }

    /// Whether a key, whose columns these are, is one of a list. `scale` is that of its decimals.
    pub(super) fn among(&mut self, key: Vec<Expr>, keys: &Value, scale: Option<u8>) -> Result<Expr> {
        let Value::List(_, items) = keys else {
            return Err(internal("keys that are no list"));
        };
        match <[Expr; 1]>::try_from(key) {
            _ if items.is_empty() => Ok(constant(false).expr),
            Ok([x]) => self.in_values(x, keys, items, scale),
            Err(key) => self.in_rows(key, keys, items),
        }
    }

    fn in_rows(&mut self, x: Vec<Expr>, list: &Value, items: &[Value]) -> Result<Expr> {
        let width = x.len();
        let x = Expr::Tuple(x);
        let parts = u8::try_from(width).map_err(|_| internal("a key of very many columns"))?;
        let rows = self.elements(items.len(), width, |builder, element| {
            let row: Result<Vec<_>> =
                (0..parts).map(|part| builder.placeholder(list, Some(element), Some(part), None)).collect();
            Ok(Expr::Tuple(row?))
        })?;
        if !self.dialect.rows_are_values {
            return Ok(binary(x, BinOper::In, Expr::Tuple(rows)));
        }
        let numbered = self.dialect.numbered;
        let mark = |number| if numbered { format!("${number}") } else { "?".to_owned() };
        let marks = (0..rows.len()).map(|at| mark(at + 2)).collect::<Vec<_>>().join(", ");
        let operands = std::iter::once(x).chain(rows);
        Ok(Expr::cust_with_exprs(format!("{} IN (VALUES {marks})", mark(1)), operands))
    }

    fn elements(
        &mut self,
        length: usize,
        width: usize,
        mut element: impl FnMut(&mut Self, u32) -> Result<Expr>,
    ) -> Result<Vec<Expr>> {
        let padded =
            if self.is_schema() { length } else { shape::padded(length, width, self.dialect.backend) };
        (0..).take(padded).map(|at| element(self, at)).collect()
    }

    /// NULLs in the sub-query match nothing: the condition is then unknown, and that is taken for false.
    pub(super) fn in_select(
        &mut self,
        at: &mut Source<'_>,
        inner: &Node,
        select: &Select,
    ) -> Result<Condition> {
        let null = |output: &Output| match output {
            Output::Expr(node) => nullable(node),
            Output::Model(_) | Output::Far(..) | Output::There(_) => true,
        };
        let unknown = nullable(inner) || select.output.iter().any(null);
        let (x, mut rows) = match select.output.as_slice() {
            [Output::Expr(output)] if width(inner) == 1 => {
                let scale = scale_of(inner).max(scale_of(output)).filter(|_| self.dialect.scaled_decimals);
                let x = self.single(at, inner, scale)?;
                (self.as_other(x, inner, output), self.sub_query(select, output, scale)?)
            }
            _ => (Expr::Tuple(self.columns(at, inner)?), self.key_query(select)?),
        };
        if select.limit.is_some() || select.offset.is_some() {
            // MySQL takes no LIMIT right inside of IN.
            rows = self.derived(rows, width(inner));
        }
        Ok(Condition { expr: binary(x, BinOper::In, sub_query(rows)), unknown })
    }
}

/// A statement as an expression.
pub(super) fn sub_query(statement: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(statement)))
}
