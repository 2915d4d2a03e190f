//! The untyped expression tree that all non-generic code works on.

use std::fmt;
use std::sync::Arc;

use super::pattern::Pattern;
use super::{Path, Search, Via};
use crate::model::Field;
use crate::plan::Select;
use crate::plan::check::group::parts;
use crate::types::{Type, Value};

/// An expression without its types.
///
/// Its `Debug` shows no bound value: which of them belong to sensitive fields would have to be known.
#[derive(Clone)]
pub enum Node {
    /// A field of the query's model, or of one that foreign keys lead to.
    Field(Path, &'static Field),
    /// A field of the row that was to be inserted, in the update of the one that is in its way.
    Proposed(Path, &'static Field),
    /// A bound value.
    Value(Value),
    /// Arithmetic.
    Arithmetic(ArithmeticOp, Box<[Node; 2]>),
    /// A comparison, two-valued: false if a side is NULL; `Ne` is its exact negation.
    Compare(CompareOp, Box<[Node; 2]>),
    /// Whether the node is NULL.
    IsNull(Box<Node>),
    /// Between two bounds, both included.
    Between(Box<[Node; 3]>),
    /// Whether the node is in a [`Value::List`].
    In(Box<Node>, Value),
    /// Whether the node is among the rows of a query of one field.
    InSelect(Box<Node>, Arc<Select>),
    /// A text look-up: exact characters, no wildcards.
    Text(TextLookup, Box<[Node; 2]>),
    /// A look-up in an array, which is the left side.
    Array(ArrayOp, Box<[Node; 2]>),
    /// Whether a pattern matches a part of the text.
    Matches(Box<Node>, Arc<Pattern>),
    /// A search in a full-text index.
    Search(Box<Search>),
    /// A call of a function.
    Call(Function, Vec<Node>),
    /// True if the condition is not true.
    Not(Box<Node>),
    /// True if every condition is.
    All(Vec<Node>),
    /// True if one of the conditions is.
    Any(Vec<Node>),
    /// An aggregate over the rows of a group.
    Aggregate(Box<Aggregate>),
    /// A question about, or an aggregate over, related rows.
    Related(Quantifier, Box<Via>, Path, Arc<Select>),
    /// An expression that must be among the keys of the group.
    Key(Box<Node>),
    /// Several values side by side: a key of several fields, an embedded struct.
    Tuple(Vec<Node>),
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(path, field) => {
                path.hops().try_for_each(|hop| write!(f, "{}.", hop.name))?;
                f.write_str(field.name)
            }
            Self::Proposed(_, field) => write!(f, "excluded.{}", field.name),
            Self::Value(_) => f.write_str("?"),
            Self::Arithmetic(op, sides) => f.debug_tuple("Arithmetic").field(op).field(sides).finish(),
            Self::Compare(op, sides) => f.debug_tuple("Compare").field(op).field(sides).finish(),
            Self::Text(op, sides) => f.debug_tuple("Text").field(op).field(sides).finish(),
            Self::Search(search) => search.fmt(f),
            Self::Array(op, sides) => f.debug_tuple("Array").field(op).field(sides).finish(),
            Self::All(nodes) => f.debug_tuple("All").field(nodes).finish(),
            Self::Any(nodes) => f.debug_tuple("Any").field(nodes).finish(),
            Self::Not(inner) => f.debug_tuple("Not").field(inner).finish(),
            Self::Aggregate(aggregate) => aggregate.fmt(f),
            Self::InSelect(inner, select) => f.debug_tuple("InSelect").field(inner).field(select).finish(),
            Self::Related(quantifier, relation, _, select) => {
                f.debug_tuple("Related").field(quantifier).field(&relation.near().name).field(select).finish()
            }
            other => f.debug_list().entries(parts(other)).finish(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArithmeticOp {
    Add,
    Sub,
    Mul,
    Div,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextLookup {
    Contains,
    StartsWith,
    EndsWith,
}

/// A look-up in an array, or a map in another one. NULL among the elements is an element like others, but for [`Has`](Self::Has).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrayOp {
    /// Every element of the right array is one of the left.
    Contains,
    /// Every element of the left array is one of the right.
    ContainedBy,
    /// The arrays have an element in common.
    Overlaps,
    /// The right side is an element; NULL is none.
    Has,
    /// The right side is a key of the map.
    HasKey,
}

/// A function of values of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// Letters in lower case, each by itself.
    Lower,
    /// Letters in upper case, each by itself.
    Upper,
    /// A number that is another one for every row.
    Random,
    /// How many elements an array has.
    Cardinality,
    /// The value of a key of a map; NULL without one.
    Get,
    /// The value itself, of exactly this type.
    As(Type),
    /// The decimal itself with so many digits behind the point, rounded half away from zero.
    Round(u8),
    /// The text itself, compared by this collation.
    Collate(&'static str),
    /// The value behind the first condition that is true: conditions and values in turn, and perhaps a value at the end.
    Case,
    /// The first value that is not NULL.
    Coalesce,
    /// The greatest value; NULL is none.
    Greatest,
    /// The smallest value; NULL is none.
    Least,
    /// One that the database has, and nobody here knows.
    Own(OwnFunction),
}

impl Function {
    /// The arguments of which the function gives one; none if it gives something else.
    pub(crate) fn choices(self, arguments: &[Node]) -> Vec<&Node> {
        match self {
            Self::Case => arguments
                .chunks(2)
                .filter_map(|pair| match pair {
                    [_, value] | [value] => Some(value),
                    _ => None,
                })
                .collect(),
            Self::Coalesce | Self::Greatest | Self::Least => arguments.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Whether the function gives NULL, if of its arguments only those may be NULL of which `nullable` says so.
    pub(crate) fn gives_null(self, arguments: &[Node], nullable: impl Fn(&Node) -> bool) -> bool {
        match self {
            // There may be no such key, and nobody knows what others give.
            Self::Get | Self::Own(_) => true,
            Self::Case => {
                arguments.len().is_multiple_of(2) || self.choices(arguments).into_iter().any(nullable)
            }
            Self::Coalesce | Self::Greatest | Self::Least => arguments.iter().all(nullable),
            _ => arguments.iter().any(nullable),
        }
    }
}

/// A function that the database has, by its name, and the type that it is said to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnFunction {
    pub(crate) name: &'static str,
    pub(crate) ty: Type,
}

/// An aggregate, and what it goes over.
#[derive(Debug, Clone)]
pub struct Aggregate {
    pub(crate) function: AggregateFunction,
    /// `None` counts rows.
    pub(crate) of: Option<Node>,
    pub(crate) distinct: bool,
    /// Only the rows for which this is true.
    pub(crate) filter: Option<Node>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AggregateFunction {
    Count,
    Sum,
    Avg,
    Min,
    Max,
    /// One that the database has, and nobody here knows.
    Own(OwnFunction),
}

/// What is asked of related rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// There is such a row.
    Any,
    /// There is no such row.
    None,
    /// How many such rows there are.
    Count,
    /// The one value that the query selects: an aggregate, or a column of the only row.
    Aggregate,
}

/// One part of an order.
#[derive(Debug, Clone)]
pub struct Order {
    pub(crate) node: Node,
    pub(crate) descending: bool,
    pub(crate) nulls: Nulls,
}

/// Where NULLs stand in an order.
///
/// The same on every backend: NULL is smaller than every value unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nulls {
    /// First when ascending, last when descending.
    Smallest,
    First,
    Last,
}
