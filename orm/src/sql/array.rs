//! Arrays, which PostgreSQL alone has.
//!
//! - An array compares with arrays of the very same type alone: `text[]` with no `varchar[]`. So what meets a column is
//!   cast to the type of that column, never the column, so that an index on it serves.
//! - In the operators of arrays NULL is no element. Where elements may be NULL, it is looked for by itself, so that it is
//!   one as `None` is in Rust.

use std::borrow::Cow;

use sea_query::Expr;

use super::build::Builder;
use super::condition::Condition;
use super::dialect;
use super::expr::nullable;
use super::hstore;
use super::source::Source;
use crate::driver::Backend;
use crate::error::Result;
use crate::expr::{AggregateFunction, ArrayOp, Node, Quantifier};
use crate::model::ColumnDef;
use crate::plan::Output;
use crate::plan::check::type_of;
use crate::types::{ArrayDef, Type};

impl Builder {
    pub(super) fn array(&mut self, at: &mut Source<'_>, op: ArrayOp, sides: &[Node; 2]) -> Result<Condition> {
        let mut left = self.single(at, &sides[0], None)?;
        let mut right = self.single(at, &sides[1], None)?;
        if op != ArrayOp::Has {
            [left, right] = self.of_one_type([left, right], sides);
        }
        if type_of(&sides[0]) == Some(Type::Hstore) {
            let pattern = if op == ArrayOp::HasKey { hstore::HAS_KEY } else { hstore::CONTAINS };
            let expr = self.pattern(pattern, &left, &right);
            return Ok(Condition { expr, unknown: sides.iter().any(nullable) });
        }
        let nulls = sides.iter().all(holds_null);
        let pattern = match (op, nulls) {
            (ArrayOp::Contains, false) => "{x} @> {n}",
            (ArrayOp::Contains, true) => CONTAINS,
            (ArrayOp::ContainedBy, false) => "{x} <@ {n}",
            (ArrayOp::ContainedBy, true) => CONTAINED_BY,
            (ArrayOp::Overlaps, false) => "{x} && {n}",
            (ArrayOp::Overlaps, true) => OVERLAPS,
            (ArrayOp::Has | ArrayOp::HasKey, _) => "{n} = ANY({x})",
        };
        let unknown = sides.iter().any(nullable) || (op == ArrayOp::Has && holds_null(&sides[0]));
        Ok(Condition { expr: self.pattern(pattern, &left, &right), unknown })
    }

    /// An array of texts of at most so many characters, or one with a text that no column takes: see
    /// [`whole`](Self::whole).
    pub(super) fn whole_texts(&self, expr: Expr, most: u32) -> Expr {
        let pattern = format!(
            "CASE WHEN EXISTS (SELECT 1 FROM unnest({{x}}) AS e (t) WHERE char_length(e.t) > {most}) \
             THEN array_append(CAST({{x}} AS TEXT[]), repeat('!', {most} + 1)) ELSE CAST({{x}} AS TEXT[]) END"
        );
        self.pattern(&pattern, &expr, &expr)
    }

    /// Two arrays as ones that compare with each other; whatever else is left as it is.
    pub(super) fn of_one_type(&self, exprs: [Expr; 2], sides: &[Node; 2]) -> [Expr; 2] {
        let [left, right] = sides.each_ref().map(|side| self.declared(side));
        let (Some(of_left), Some(of_right)) = (&left, &right) else { return exprs };
        if of_left.name == of_right.name {
            return exprs;
        }
        let [x, n] = exprs;
        match (of_left.column, of_right.column) {
            (true, false) => [x, self.cast(n, &of_left.name)],
            (false, true) => [self.cast(x, &of_right.name), n],
            // Texts of a certain length and others.
            _ => [self.cast(x, &of_left.usual), self.cast(n, &of_right.usual)],
        }
    }

    /// The value of a list that is looked for in a column.
    pub(super) fn as_element_of(&self, expr: Expr, node: &Node) -> Expr {
        match self.declared(node) {
            Some(declared) if declared.column && declared.name != declared.usual => {
                self.cast(expr, &declared.name)
            }
            _ => expr,
        }
    }

    /// An array that is looked for among others.
    pub(super) fn as_other(&self, expr: Expr, node: &Node, other: &Node) -> Expr {
        match (self.declared(node), self.declared(other)) {
            (Some(own), Some(other)) if own.name != other.name => self.cast(expr, &other.name),
            _ => expr,
        }
    }

    fn cast(&self, expr: Expr, ty: &str) -> Expr {
        self.pattern(&format!("CAST({{x}} AS {ty})"), &expr, &expr)
    }

    /// How an array is declared, if the node is one.
    fn declared(&self, node: &Node) -> Option<Declared> {
        if self.dialect.backend != Backend::Postgres {
            return None;
        }
        let def = type_of(node)?.array()?;
        let usual = dialect::array_type(def);
        let column = column_of(node);
        let name = column.map_or_else(|| Cow::Borrowed(&*usual), |column| of_column(column, def, &usual));
        Some(Declared { name: name.into_owned(), usual: usual.clone(), column: column.is_some() })
    }
}

/// How an array is declared.
struct Declared {
    /// Its type.
    name: String,
    /// That which its elements have when they are sent.
    usual: String,
    /// Whether it is a column.
    column: bool,
}

const CONTAINS: &str = "{x} @> array_remove({n}, NULL) \
    AND (array_position({n}, NULL) IS NULL OR array_position({x}, NULL) IS NOT NULL)";
const CONTAINED_BY: &str = "array_remove({x}, NULL) <@ {n} \
    AND (array_position({x}, NULL) IS NULL OR array_position({n}, NULL) IS NOT NULL)";
const OVERLAPS: &str =
    "({x} && {n} OR (array_position({x}, NULL) IS NOT NULL AND array_position({n}, NULL) IS NOT NULL))";

/// Whether the elements of an array may be NULL.
fn holds_null(node: &Node) -> bool {
    type_of(node).and_then(Type::array).is_some_and(|def| def.nullable)
}

/// The type of a column of arrays, without lengths and digits.
fn of_column<'t>(column: &'t ColumnDef, def: &ArrayDef, usual: &'t str) -> Cow<'t, str> {
    match column.db_type.get(Backend::Postgres) {
        Some(own) => Cow::Borrowed(own),
        None if def.element == Type::Text && column.max_length.is_some() => Cow::Borrowed("VARCHAR[]"),
        None => Cow::Borrowed(usual),
    }
}

/// The column that the values of a node come from as they are.
fn column_of(node: &Node) -> Option<&'static ColumnDef> {
    match node {
        Node::Field(_, field) | Node::Proposed(_, field) => field.columns.first(),
        Node::Key(inner) => column_of(inner),
        Node::Aggregate(aggregate)
            if matches!(aggregate.function, AggregateFunction::Min | AggregateFunction::Max) =>
        {
            column_of(aggregate.of.as_ref()?)
        }
        Node::Related(Quantifier::Aggregate, _, _, select) => match select.output.first()? {
            Output::Expr(node) => column_of(node),
            Output::Model(_) | Output::Far(..) | Output::There(_) => None,
        },
        _ => None,
    }
}
