//! Expressions of several fields: embedded structs, and keys.
//!
//! An embedded struct is taken apart where it enters a plan, so that the plan knows fields alone: it is compared,
//! ordered, selected and set field by field. Two structs are equal as in Rust: if all of their fields are, and NULL is
//! NULL. So is a foreign key over fields, but that it refers to nothing as soon as a part of it is NULL.

use super::{CompareOp, Node, Path};
use crate::model::{self, ColumnDef, Field, of_widths};
use crate::types::{Type, Value};

/// What a column stands for.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    Field(&'static Field),
    /// The fields of an embedded struct: a part of those of its model.
    Fields(&'static [Field]),
}

impl Target {
    pub(crate) const fn first(self) -> &'static Field {
        match self {
            Self::Field(field) => field,
            Self::Fields(fields) => &fields[0],
        }
    }

    /// The same within a struct that is embedded, where it has these fields.
    pub(crate) const fn within(self, fields: &'static [Field]) -> Self {
        match self {
            Self::Field(field) => Self::Field(&fields[field.position]),
            Self::Fields(own) => Self::Fields(model::embed::part(fields, own[0].position, own.len())),
        }
    }

    /// The field's name; for an embedded struct what its fields have in common: `shipping` of `shipping.city`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Field(field) => field.name,
            Self::Fields(fields) => {
                let name = self.first().name;
                let ends = name.match_indices('.').map(|(at, _)| name.split_at(at).0);
                let common = |start: &&str| {
                    fields.iter().all(|field| {
                        field.name.strip_prefix(*start).is_some_and(|rest| rest.starts_with('.'))
                    })
                };
                ends.rev().find(common).unwrap_or(name)
            }
        }
    }

    /// The same of the row that was to be inserted.
    pub(crate) fn proposed(self, path: Path) -> Node {
        match self {
            Self::Field(field) => field_or_key(field, |field| Node::Proposed(path, field)),
            Self::Fields(fields) => {
                Node::Tuple(fields.iter().map(|field| Node::Proposed(path, field)).collect())
            }
        }
    }

    pub(crate) fn node(self, path: Path) -> Node {
        match self {
            Self::Field(field) => field_or_key(field, |field| Node::Field(path, field)),
            Self::Fields(fields) => {
                Node::Tuple(fields.iter().map(|field| Node::Field(path, field)).collect())
            }
        }
    }
}

/// A foreign key over fields is those fields.
fn field_or_key(field: &'static Field, node: impl Fn(&'static Field) -> Node) -> Node {
    match field.over {
        [] => node(field),
        [only] => node(only),
        fields => Node::Tuple(fields.iter().copied().map(node).collect()),
    }
}

/// Whether the node is a key of several fields, and no embedded struct.
pub(crate) fn is_key(node: &Node) -> bool {
    match node {
        Node::Tuple(parts) => parts.iter().all(|part| match part {
            Node::Field(_, field) | Node::Proposed(_, field) => !field.name.contains('.'),
            _ => false,
        }),
        Node::Key(inner) => is_key(inner),
        _ => false,
    }
}

/// Whether the node is the value NULL, in all columns.
pub(crate) fn is_null_value(node: &Node) -> bool {
    match node {
        Node::Value(Value::Tuple(parts)) => parts.iter().all(Value::is_null),
        Node::Value(value) => value.is_null(),
        _ => false,
    }
}

/// Whether the node is an embedded struct.
pub(crate) fn is_several(node: &Node) -> bool {
    match node {
        Node::Tuple(_) => true,
        Node::Key(inner) => is_several(inner),
        _ => false,
    }
}

/// The fields of an embedded struct; anything else is itself.
pub(crate) fn spread(node: Node) -> Vec<Node> {
    match node {
        Node::Tuple(nodes) => nodes,
        Node::Key(inner) if is_several(&inner) => {
            spread(*inner).into_iter().map(|node| Node::Key(Box::new(node))).collect()
        }
        node => vec![node],
    }
}

/// The parts of what is selected. A key of which a part may be there without the others stays whole: it is refused as such.
pub(crate) fn selected(node: Node) -> Vec<Node> {
    if half_of(&node).is_some() { vec![node] } else { spread(node) }
}

/// The field for which a foreign key over fields may be NULL, while others of its fields are not.
pub(crate) fn half_of(node: &Node) -> Option<&'static Field> {
    let may_be_null = |part: &Node| match part {
        Node::Field(_, field) | Node::Proposed(_, field) if field.nullable() => Some(*field),
        _ => None,
    };
    match node {
        Node::Tuple(parts) if is_key(node) => parts.iter().find_map(may_be_null),
        Node::Key(inner) => half_of(inner),
        _ => None,
    }
}

/// An embedded struct as a row to look for: a struct of one field is that field.
pub(crate) fn row(node: Node) -> Node {
    if !is_several(&node) {
        return node;
    }
    let mut nodes = spread(node);
    match nodes.pop() {
        Some(only) if nodes.is_empty() => only,
        last => {
            nodes.extend(last);
            Node::Tuple(nodes)
        }
    }
}

/// What the fields of an embedded struct are set to, or compared with.
pub(crate) fn split(fields: &'static [Field], node: Node) -> Vec<Node> {
    match node {
        Node::Value(value) => model::parts(fields, value).into_iter().map(Node::Value).collect(),
        node => spread(node),
    }
}

/// What the fields of a key are set to.
pub(crate) fn split_key(fields: &[&'static Field], node: Node) -> Vec<Node> {
    match node {
        Node::Value(Value::Tuple(parts)) => {
            let widths = fields.iter().map(|field| field.columns.len());
            of_widths(widths, parts).into_iter().map(Node::Value).collect()
        }
        node => spread(node),
    }
}

/// A comparison with an embedded struct on the left. `optional` says whether it is an `Option`.
pub(crate) fn compare(op: CompareOp, left: Node, right: Node, optional: bool) -> Node {
    let fields = spread(left.clone());
    let absent = is_key(&left) && is_null_value(&right);
    // A value that is a tuple is a struct that is there, whatever is NULL in it; or a key, column by column.
    let right = match right {
        Node::Value(Value::Tuple(parts)) if !absent => {
            let is_struct = parts.len() == fields.len();
            let parts = if is_struct { parts } else { of_widths(fields.iter().map(columns), parts) };
            parts.into_iter().map(Node::Value).collect()
        }
        Node::Value(_) => {
            return match op {
                CompareOp::Eq => is_null(left),
                CompareOp::Ne => not(is_null(left)),
                _ => Node::Any(Vec::new()),
            };
        }
        right => spread(right),
    };
    let pairs: Vec<_> = fields.into_iter().zip(right).collect();
    match op {
        CompareOp::Eq => equal(left, pairs, optional),
        CompareOp::Ne => not(equal(left, pairs, optional)),
        CompareOp::Lt | CompareOp::Le => ordered(pairs, CompareOp::Lt, op),
        CompareOp::Gt | CompareOp::Ge => ordered(pairs, CompareOp::Gt, op),
    }
}

/// Whether all fields are equal. One that is absent equals none.
fn equal(left: Node, pairs: Vec<(Node, Node)>, optional: bool) -> Node {
    let columns = pairs.iter().any(|(_, right)| !matches!(right, Node::Value(_)));
    let mut all: Vec<_> = pairs.into_iter().map(|(left, right)| same(left, right)).collect();
    if optional && columns {
        all.push(not(is_null(left)));
    }
    Node::All(all)
}

/// Whether two fields are equal, NULL and NULL too.
fn same(left: Node, right: Node) -> Node {
    match right {
        Node::Value(value) if value.is_null() => is_null(left),
        right if may_be_null(&left) && may_be_null(&right) => Node::Any(vec![
            Node::Compare(CompareOp::Eq, Box::new([left.clone(), right.clone()])),
            Node::All(vec![is_null(left), is_null(right)]),
        ]),
        right => Node::Compare(CompareOp::Eq, Box::new([left, right])),
    }
}

/// The first field that differs decides; `op` is what the last one has to fulfil.
fn ordered(pairs: Vec<(Node, Node)>, strict: CompareOp, op: CompareOp) -> Node {
    let mut pairs = pairs.into_iter().rev();
    let Some((left, right)) = pairs.next() else { return Node::Any(Vec::new()) };
    let last = Node::Compare(op, Box::new([left, right]));
    pairs.fold(last, |rest, (left, right)| {
        Node::Any(vec![
            Node::Compare(strict, Box::new([left.clone(), right.clone()])),
            Node::All(vec![same(left, right), rest]),
        ])
    })
}

/// Within two bounds, both included.
pub(crate) fn between(node: Node, low: Node, high: Node, optional: bool) -> Node {
    if !is_several(&node) {
        return Node::Between(Box::new([node, low, high]));
    }
    Node::All(vec![
        compare(CompareOp::Ge, node.clone(), low, optional),
        compare(CompareOp::Le, node, high, optional),
    ])
}

/// These values as a list of keys, where the fields are such that rows can be compared as a whole: none may be NULL, nor
/// have a scale of its own.
pub(crate) fn keys(of: &Node, items: &[Node]) -> Option<Value> {
    let Node::Tuple(fields) = of else { return None };
    let mut types = Vec::with_capacity(fields.len());
    for field in fields {
        let Node::Field(_, own) = field else { return None };
        let unfit = |column: &ColumnDef| matches!(column.ty, Type::Decimal | Type::Json);
        if may_be_null(field) || own.columns.iter().any(unfit) {
            return None;
        }
        types.extend(own.columns.iter().map(|column| column.ty));
    }
    let key = |item: &Node| match item {
        Node::Value(Value::Tuple(parts))
            if parts.len() == types.len() && !parts.iter().any(Value::is_null) =>
        {
            Some(Value::Tuple(parts.clone()))
        }
        _ => None,
    };
    let items = items.iter().map(key).collect::<Option<Vec<_>>>()?;
    Some(Value::List(*types.first()?, items))
}

/// How many columns a field of a struct or a key has.
fn columns(node: &Node) -> usize {
    match node {
        Node::Field(_, field) | Node::Proposed(_, field) => field.columns.len(),
        Node::Key(inner) => columns(inner),
        _ => 1,
    }
}

/// One of these structs. What is absent is ignored.
pub(crate) fn among(of: Node, items: Vec<Node>) -> Node {
    let present = items.into_iter().filter(|item| !matches!(item, Node::Value(Value::Null(_))));
    Node::Any(present.map(|item| compare(CompareOp::Eq, of.clone(), item, true)).collect())
}

/// NULL, in all fields; of a key in one that may be.
pub(crate) fn is_null(node: Node) -> Node {
    if !is_several(&node) {
        return Node::IsNull(Box::new(node));
    }
    if is_key(&node) {
        let parts = spread(node).into_iter().filter(may_be_null);
        return Node::Any(parts.map(|part| Node::IsNull(Box::new(part))).collect());
    }
    Node::All(spread(node).into_iter().map(|node| Node::IsNull(Box::new(node))).collect())
}

fn not(node: Node) -> Node {
    Node::Not(Box::new(node))
}

/// Whether a field may be NULL, or the way to it.
fn may_be_null(node: &Node) -> bool {
    match node {
        Node::Field(path, field) => field.nullable() || path.hops().any(Field::nullable),
        Node::Proposed(_, field) => field.nullable(),
        Node::Key(inner) => may_be_null(inner),
        Node::Related(..) => true,
        _ => false,
    }
}
