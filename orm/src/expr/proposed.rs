//! Values of the row that was to be inserted, in the update of the one that is in its way.

use super::Node;
use crate::model::Field;
use crate::plan::check::group::parts;
use crate::types::Value;

impl Node {
    /// Calls `see` with every field of the new row that the expression names, sub-queries aside.
    pub(crate) fn each_proposed(&self, see: &mut dyn FnMut(&'static Field)) {
        if let Self::Proposed(_, field) = self {
            see(field);
        }
        for part in parts(self) {
            part.each_proposed(see);
        }
    }

    /// The expression with the values of the new row in their places. Those that `value` does not know stay, and are
    /// refused where the expression is used.
    pub(crate) fn with_proposed(self, value: &dyn Fn(&'static Field) -> Option<Value>) -> Self {
        let one = |node: Box<Self>| Box::new(node.with_proposed(value));
        let all = |nodes: Vec<Self>| nodes.into_iter().map(|node| node.with_proposed(value)).collect();
        match self {
            Self::Proposed(path, field) => match value(field) {
                Some(value) if path.is_empty() => Self::Value(value),
                _ => Self::Proposed(path, field),
            },
            Self::Arithmetic(op, sides) => {
                Self::Arithmetic(op, Box::new(sides.map(|side| side.with_proposed(value))))
            }
            Self::Compare(op, sides) => {
                Self::Compare(op, Box::new(sides.map(|side| side.with_proposed(value))))
            }
            Self::Text(lookup, sides) => {
                Self::Text(lookup, Box::new(sides.map(|side| side.with_proposed(value))))
            }
            Self::Array(op, sides) => Self::Array(op, Box::new(sides.map(|side| side.with_proposed(value)))),
            Self::Between(parts) => Self::Between(Box::new(parts.map(|part| part.with_proposed(value)))),
            Self::IsNull(inner) => Self::IsNull(one(inner)),
            Self::In(inner, list) => Self::In(one(inner), list),
            Self::InSelect(inner, select) => Self::InSelect(one(inner), select),
            Self::Matches(inner, pattern) => Self::Matches(one(inner), pattern),
            Self::Not(inner) => Self::Not(one(inner)),
            Self::Key(inner) => Self::Key(one(inner)),
            Self::Call(function, arguments) => Self::Call(function, all(arguments)),
            Self::All(nodes) => Self::All(all(nodes)),
            Self::Any(nodes) => Self::Any(all(nodes)),
            Self::Tuple(nodes) => Self::Tuple(all(nodes)),
            Self::Field(..) | Self::Value(_) | Self::Aggregate(_) | Self::Related(..) | Self::Search(_) => {
                self
            }
        }
    }
}
