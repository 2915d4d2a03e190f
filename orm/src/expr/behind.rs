//! The same expression of another row: that which foreign keys lead to.

use super::{Aggregate, Node, Path, Search};

impl Node {
    /// What the expression is of the row at the end of this path, seen from where the path begins.
    ///
    /// Sub-queries stay as they are: what they are related to moves.
    pub(crate) fn behind(self, path: Path) -> Self {
        let boxed = |node: Box<Self>| Box::new(node.behind(path));
        let all = |nodes: Vec<Self>| nodes.into_iter().map(|node| node.behind(path)).collect();
        let two = |sides: Box<[Self; 2]>| Box::new(sides.map(|side| side.behind(path)));
        match self {
            Self::Field(rest, field) => Self::Field(path.join(rest), field),
            Self::Related(quantifier, via, rest, select) => {
                Self::Related(quantifier, via, path.join(rest), select)
            }
            Self::Search(search) => {
                let Search { path: rest, fields, .. } = *search;
                Self::Search(Box::new(Search { path: path.join(rest), fields: all(fields), ..*search }))
            }
            Self::Arithmetic(op, sides) => Self::Arithmetic(op, two(sides)),
            Self::Compare(op, sides) => Self::Compare(op, two(sides)),
            Self::Text(lookup, sides) => Self::Text(lookup, two(sides)),
            Self::Array(op, sides) => Self::Array(op, two(sides)),
            Self::Between(parts) => Self::Between(Box::new(parts.map(|part| part.behind(path)))),
            Self::IsNull(inner) => Self::IsNull(boxed(inner)),
            Self::Not(inner) => Self::Not(boxed(inner)),
            Self::Key(inner) => Self::Key(boxed(inner)),
            Self::In(inner, list) => Self::In(boxed(inner), list),
            Self::InSelect(inner, select) => Self::InSelect(boxed(inner), select),
            Self::Matches(inner, pattern) => Self::Matches(boxed(inner), pattern),
            Self::Call(function, nodes) => Self::Call(function, all(nodes)),
            Self::All(nodes) => Self::All(all(nodes)),
            Self::Any(nodes) => Self::Any(all(nodes)),
            Self::Tuple(nodes) => Self::Tuple(all(nodes)),
            Self::Aggregate(aggregate) => {
                let Aggregate { function, of, distinct, filter } = *aggregate;
                let [of, filter] = [of, filter].map(|node| node.map(|node| node.behind(path)));
                Self::Aggregate(Box::new(Aggregate { function, of, distinct, filter }))
            }
            // Neither has a path.
            Self::Value(_) | Self::Proposed(..) => self,
        }
    }
}
