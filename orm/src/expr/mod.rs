//! Expressions: a thin typed shell over one untyped tree.
//!
//! `column`, `expr` and `relation` hold the types a user meets; `operand`, `condition`, `list`, `order`,
//! `assign` the traits for what may stand beside them; `node` and `path` the tree below, `neutral` its text for
//! no backend. Uses `model` and `types`; builds `plan::Select` for sub-queries. Called by `query`, and by models
//! for their accessors.

mod aggregate;
mod arithmetic;
mod array;
mod assign;
mod behind;
mod call;
mod choice;
mod column;
mod condition;
mod full_text;
mod function;
mod hstore;
mod kind;
mod list;
mod neutral;
mod node;
mod operand;
mod order;
mod path;
mod pattern;
mod prefetch;
mod proposed;
mod relation;
mod several;
mod text;
mod typed;
mod via;

pub use array::{Array, Contained, Elements, IntoElement};
pub use assign::{Assignments, FitsIn, Set};
pub use call::{AggregateCall, Argument, Arguments, Call, call, call_aggregate};
pub use choice::{Case, CaseStart, Choice, case};
pub use column::Column;
pub use condition::{Condition, Q};
pub use full_text::FullText;
pub(crate) use full_text::{DOTTED, FOLDED, MARKS, PREFIX_OF_MYSQL, PREFIX_OF_POSTGRES, Search, SearchOp};
pub use function::{avg, count, count_distinct, count_rows, key, max, min, sum};
pub use hstore::Map;
pub use kind::{Agg, Kind, Row, RowLevel};
pub use list::{InList, ListOf};
pub(crate) use neutral::neutral_name;
pub use node::Node;
pub(crate) use node::*;
pub use operand::{Computes, IntoExpr, Nothing, Operand};
pub use order::{OrderBy, Ordering};
pub(crate) use path::{MAX_HOPS, Path};
pub(crate) use pattern::Pattern;
pub use prefetch::{IntoPrefetch, Prefetch};
pub use relation::{LeadsToOne, Many, One, Related, Relation, Through, ToOne, ToOneKey};
pub(crate) use several::{Target, half_of, selected, spread};
pub use text::{AsPattern, lower, upper};
pub use typed::Expr;
pub(crate) use typed::Of;
pub(crate) use via::{Pairs, Via};
