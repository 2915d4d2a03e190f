//! Refuses what a backend cannot do, and what types cannot show to be wrong, before any SQL is built.
//!
//! Runs once a shape: what is allowed depends on nothing but the shape (what depends on values is refused by
//! the walk in `shape`, which runs each time).

pub(crate) mod function;
pub(crate) mod group;
pub(crate) mod lock;
mod related;
pub(crate) mod search;
mod write;

use super::shape::too_deep;
use super::{Output, Plan, Select, same_field};
use crate::driver::{Backend, Capability, Server};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{
    Aggregate, AggregateFunction, ArithmeticOp, CompareOp, Function, Node, Path, Quantifier, SearchOp,
    half_of,
};
use crate::model::{Field, Table};
use crate::types::{Type, Value};

/// How deep conditions and expressions may be nested. Building SQL is recursive, in our code and in
/// sea-query's, and the stack of a task is not large.
const MAX_DEPTH: u32 = 96;

/// Refuses a plan that must not be sent.
///
/// # Errors
///
/// [`ErrorKind::Unsupported`], [`ErrorKind::InvalidQuery`] or [`ErrorKind::UnfilteredWrite`], with the model
/// and, where there is one, the field.
pub(crate) fn check(plan: &Plan, server: Server) -> Result<()> {
    let check = Check { server };
    match plan {
        Plan::Select(select) => check.lock(select).and_then(|()| check.select(select, 0)),
        Plan::Count(select) => lock::none(select, "`count`").and_then(|()| check.select(select, 0)),
        Plan::Exists(select) => lock::none(select, "`exists`").and_then(|()| check.select(select, 0)),
        Plan::Children(children) => check.children(children),
        Plan::Insert(insert) => check.insert(insert),
        Plan::Update(update) => check.update(update),
        Plan::Delete(delete) => check.delete(delete),
    }
    .map_err(|error| error.with_model(plan.table().model))
}

/// Refuses an expression over the columns of one row that must not be sent, as part of a schema.
///
/// # Errors
///
/// As for [`check`].
pub(crate) fn expression(node: &Node, table: &'static Table, server: Server) -> Result<()> {
    let check = Check { server };
    check.single(node)?;
    check.node(node, Place { table, depth: 0, aggregates: false, proposed: false })
}

/// How many columns a node has.
pub(crate) fn width(node: &Node) -> usize {
    match node {
        Node::Field(_, field) | Node::Proposed(_, field) => field.columns.len(),
        Node::Value(Value::Tuple(parts)) => parts.len(),
        Node::Tuple(parts) => parts.iter().map(width).sum(),
        Node::Key(inner) => width(inner),
        _ => 1,
    }
}

/// The neutral type of a node of one column, where it says.
pub(crate) fn type_of(node: &Node) -> Option<Type> {
    match node {
        Node::Field(_, field) | Node::Proposed(_, field) => field.columns.first().map(|column| column.ty),
        Node::Value(value) => value_type(value),
        Node::Arithmetic(_, sides) => sides.iter().find_map(type_of),
        Node::Call(Function::Lower | Function::Upper | Function::Get | Function::Collate(_), _) => {
            Some(Type::Text)
        }
        Node::Call(Function::Cardinality, _) => Some(Type::I64),
        Node::Call(Function::Random, _) => Some(Type::F64),
        Node::Call(Function::Own(own), _) => Some(own.ty),
        Node::Call(Function::Round(_), _) => Some(Type::Decimal),
        Node::Call(Function::As(ty), _) => Some(*ty),
        Node::Call(function, args) => {
            // What a column says is nearer to the type than the width of a bound value.
            let (values, others) = function
                .choices(args)
                .into_iter()
                .partition::<Vec<_>, _>(|node| matches!(node, Node::Value(_)));
            others.into_iter().chain(values).find_map(type_of)
        }
        Node::Search(search) if search.op == SearchOp::Rank => Some(Type::F64),
        Node::Key(inner) => type_of(inner),
        Node::Aggregate(aggregate) => aggregate_type(aggregate),
        Node::Related(Quantifier::Count, ..) => Some(Type::I64),
        Node::Related(Quantifier::Aggregate, _, _, select) => match select.output.first() {
            Some(Output::Expr(node)) => type_of(node),
            _ => None,
        },
        Node::Tuple(_) => None,
        _ => Some(Type::Bool),
    }
}

/// The neutral type of each column of a node, as far as it says.
pub(crate) fn types_of(node: &Node) -> Vec<Type> {
    match node {
        Node::Field(_, field) | Node::Proposed(_, field) => {
            field.columns.iter().map(|column| column.ty).collect()
        }
        Node::Key(inner) => types_of(inner),
        _ => type_of(node).into_iter().collect(),
    }
}

fn value_type(value: &Value) -> Option<Type> {
    Some(match value {
        Value::Null(ty) | Value::List(ty, _) => *ty,
        Value::Bool(_) => Type::Bool,
        Value::Int(_) => Type::I64,
        Value::UInt(_) => Type::U64,
        Value::Float(_) => Type::F32,
        Value::Double(_) => Type::F64,
        Value::Text(_) => Type::Text,
        Value::Bytes(_) => Type::Bytes,
        Value::Date(_) => Type::Date,
        Value::Time(_) => Type::Time,
        Value::DateTime(_) => Type::DateTime,
        Value::Timestamp(_) => Type::Timestamp,
        #[cfg(feature = "uuid")]
        Value::Uuid(_) => Type::Uuid,
        #[cfg(feature = "decimal")]
        Value::Decimal(_) => Type::Decimal,
        #[cfg(feature = "json")]
        Value::Json(_) => Type::Json,
        Value::Duration(_) => Type::Duration,
        Value::Refused(ty, _) => *ty,
        Value::Enum(def, _) => Type::Enum(def),
        Value::Array(def, _) => Type::Array(def),
        Value::Hstore(_) => Type::Hstore,
        Value::Tuple(_) => return None,
    })
}

fn aggregate_type(aggregate: &Aggregate) -> Option<Type> {
    let of = aggregate.of.as_ref().and_then(type_of);
    match aggregate.function {
        AggregateFunction::Count => Some(Type::I64),
        AggregateFunction::Own(own) => Some(own.ty),
        AggregateFunction::Avg => Some(Type::F64),
        AggregateFunction::Min | AggregateFunction::Max => of,
        AggregateFunction::Sum => Some(match of? {
            Type::F32 | Type::F64 => Type::F64,
            Type::Decimal => Type::Decimal,
            Type::U64 => Type::U64,
            Type::Duration => Type::Duration,
            _ => Type::I64,
        }),
    }
}

/// Whether a condition is true whatever the row: `All` of nothing, and what is built of it.
pub(crate) fn is_always(node: &Node) -> bool {
    match node {
        Node::All(nodes) => nodes.iter().all(is_always),
        Node::Any(nodes) => nodes.iter().any(is_always),
        Node::Not(inner) => is_never(inner),
        // Which one it is, the shape does not say.
        Node::Value(Value::Bool(_)) => true,
        _ => false,
    }
}

fn is_never(node: &Node) -> bool {
    match node {
        Node::All(nodes) => nodes.iter().any(is_never),
        Node::Any(nodes) => nodes.iter().all(is_never),
        Node::Not(inner) => is_always(inner),
        Node::In(_, Value::List(_, items)) => items.is_empty(),
        _ => false,
    }
}

struct Check {
    server: Server,
}

/// Where a node stands.
#[derive(Clone, Copy)]
struct Place {
    table: &'static Table,
    depth: u32,
    /// Whether aggregates make sense here.
    aggregates: bool,
    /// Whether there is a row that was to be inserted.
    proposed: bool,
}

impl Place {
    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

impl Check {
    fn select(&self, select: &Select, depth: u32) -> Result<()> {
        let table = select.table;
        self.table(table)?;
        if depth > 0 {
            lock::none(select, "a query within another")?;
        }
        let row = Place { table, depth: depth + 1, aggregates: false, proposed: false };
        let group = Place { aggregates: true, ..row };
        for output in &select.output {
            match output {
                Output::Model(path) | Output::There(path) => drop(self.end_of(table, path)?),
                Output::Far(via, far) => self.far(via, table, far)?,
                Output::Expr(node) => {
                    readable(node)?;
                    self.node(node, group)?;
                }
            }
        }
        for node in &select.filter {
            self.node(node, row)?;
        }
        for node in &select.group {
            self.node(node, row)?;
            self.not_json(node, "GROUP BY on JSON")?;
        }
        for node in &select.having {
            self.node(node, group)?;
        }
        for order in &select.order {
            self.node(&order.node, group)?;
            self.orderable(&order.node, "ORDER BY on JSON")?;
        }
        self.grouping(select)
    }

    fn table(&self, table: &'static Table) -> Result<()> {
        if !self.server.has(Capability::Schemas) && table.meta.schema.is_some() {
            return Err(self.unsupported("schemas").with_model(table.model));
        }
        if self.server.backend == Backend::Postgres {
            return Ok(());
        }
        for field in table.fields {
            if let Some(feature) = field.columns.iter().find_map(|column| column.ty.only_on_postgres()) {
                return Err(self.unsupported(feature).with_model(table.model).with_field(field.name));
            }
        }
        Ok(())
    }

    /// The table that a path leads to.
    fn end_of(&self, from: &'static Table, path: &Path) -> Result<&'static Table> {
        let mut table = from;
        for hop in path.hops() {
            self.belongs(table, hop)?;
            let Some(reference) = &hop.reference else {
                return Err(invalid("not a foreign key, so no path leads along it").with_field(hop.name));
            };
            table = (reference.target)();
            self.table(table)?;
            let key: usize = reference.fields().iter().map(|field| field.columns.len()).sum();
            if key != hop.columns.len() {
                return Err(invalid("the foreign key has not as many columns as the key it refers to")
                    .with_field(hop.name));
            }
        }
        Ok(table)
    }

    fn belongs(&self, table: &Table, field: &Field) -> Result<()> {
        if table.fields.iter().chain(table.relations).any(|own| same_field(own, field)) {
            return Ok(());
        }
        Err(invalid(format!("`{}` is not a field of `{}`", field.name, table.model)).with_field(field.name))
    }

    fn node(&self, node: &Node, place: Place) -> Result<()> {
        if place.depth > MAX_DEPTH {
            return Err(too_deep());
        }
        let inside = place.deeper();
        match node {
            Node::Field(path, field) => self.belongs(self.end_of(place.table, path)?, field),
            Node::Proposed(path, field) if place.proposed && path.is_empty() => {
                self.belongs(place.table, field)
            }
            Node::Proposed(_, field) => {
                let reason = "`excluded()` is a value of the new row, in the update of an upsert";
                Err(invalid(reason).with_field(field.name))
            }
            Node::Value(_) => Ok(()),
            Node::Arithmetic(op, sides) => {
                self.singles(&sides[..], inside)?;
                if *op == ArithmeticOp::Div && type_of(node) == Some(Type::Decimal) {
                    return Err(self.unsupported("division of decimals"));
                }
                Ok(())
            }
            Node::Compare(op, sides) => self.compare(*op, sides, inside),
            Node::IsNull(inner) => self.node(inner, inside),
            Node::Not(inner) => {
                self.single(inner)?;
                self.node(inner, inside)
            }
            Node::Between(parts) => {
                self.orderable(&parts[0], "order of JSON values")?;
                self.singles(&parts[..], inside)
            }
            Node::In(inner, list) => self.in_list(inner, list, inside),
            Node::InSelect(inner, select) => {
                self.not_json(inner, "`in_` on JSON")?;
                self.node(inner, inside)?;
                comparable(inner)?;
                let columns = select.output.iter().map(|output| match output {
                    Output::Expr(node) => Some(width(node)),
                    Output::Model(_) | Output::Far(..) | Output::There(_) => None,
                });
                if columns.sum::<Option<usize>>() != Some(width(inner)) {
                    return Err(invalid("the sub-query must select one field like that before `in_`"));
                }
                self.select(select, inside.depth)
            }
            Node::Text(_, sides) | Node::Array(_, sides) => self.singles(&sides[..], inside),
            Node::Matches(text, _) => self.matches(text, inside),
            Node::Search(search) => self.search(search, inside),
            Node::Call(function, args) => self.call(*function, args, inside),
            Node::All(nodes) | Node::Any(nodes) => {
                let all = matches!(node, Node::All(_));
                nodes.iter().try_for_each(|child| {
                    self.single(child)?;
                    // A chain of one kind is built flat, so it does not count as deep.
                    let flat = matches!((all, child), (true, Node::All(_)) | (false, Node::Any(_)));
                    self.node(child, if flat { place } else { inside })
                })
            }
            Node::Aggregate(aggregate) => self.aggregate(aggregate, inside),
            Node::Related(quantifier, relation, path, select) => {
                let source = self.end_of(place.table, path)?;
                self.via(relation, source, select.table)?;
                self.related(*quantifier, relation, select)?;
                self.select(select, inside.depth)
            }
            Node::Key(inner) => self.node(inner, inside),
            Node::Tuple(nodes) => nodes.iter().try_for_each(|node| self.node(node, inside)),
        }
    }

    /// One value where one is needed.
    fn single(&self, node: &Node) -> Result<()> {
        if width(node) == 1 && !matches!(node, Node::Tuple(_)) {
            return Ok(());
        }
        let error = invalid("takes several columns, where one value is needed");
        Err(match node {
            Node::Field(_, field) | Node::Proposed(_, field) => error.with_field(field.name),
            Node::Tuple(nodes) => match nodes.first() {
                Some(Node::Field(_, field)) => error.with_field(field.name),
                _ => error,
            },
            _ => error,
        })
    }

    fn singles(&self, nodes: &[Node], place: Place) -> Result<()> {
        nodes.iter().try_for_each(|node| {
            self.single(node)?;
            self.node(node, place)
        })
    }

    fn compare(&self, op: CompareOp, sides: &[Node; 2], place: Place) -> Result<()> {
        let [left, right] = sides;
        if width(left) != width(right) {
            return Err(invalid("the sides of a comparison have not as many columns as each other"));
        }
        let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        if !equality && width(left) > 1 && types_of(left).into_iter().any(|ty| self.orders_as_text(ty)) {
            return Err(self.unsupported("orders of keys with a native enum"));
        }
        if !equality {
            self.orderable(left, "comparison of JSON values")?;
            self.orderable(right, "comparison of JSON values")?;
        } else if !self.server.has(Capability::JsonEquality) {
            self.not_json(left, "comparison of JSON values")?;
            self.not_json(right, "comparison of JSON values")?;
        }
        self.node(left, place)?;
        self.node(right, place)
    }

    fn in_list(&self, inner: &Node, list: &Value, place: Place) -> Result<()> {
        let Value::List(_, items) = list else {
            return Err(invalid("`in_` needs a list"));
        };
        let columns = items.first().map(|item| match item {
            Value::Tuple(parts) => parts.len(),
            _ => 1,
        });
        if columns.is_some_and(|columns| columns != width(inner)) {
            return Err(invalid("the values of the list have not as many columns as the field"));
        }
        self.not_json(inner, "`in_` on JSON")?;
        self.node(inner, place)
    }

    fn aggregate(&self, aggregate: &Aggregate, place: Place) -> Result<()> {
        if !place.aggregates {
            return Err(invalid("an aggregate where single rows are looked at, say it in `having`"));
        }
        let row = Place { aggregates: false, ..place };
        if let Some(filter) = &aggregate.filter {
            self.node(filter, row)?;
        }
        let Some(of) = &aggregate.of else {
            return if aggregate.function == AggregateFunction::Count && !aggregate.distinct {
                Ok(())
            } else {
                Err(invalid("this aggregate needs a field to go over"))
            };
        };
        if let (AggregateFunction::Own(own), Node::Tuple(args)) = (aggregate.function, of) {
            self.singles(args, row)?;
            return self.own(own, args);
        }
        self.node(of, row)?;
        let counts = aggregate.function == AggregateFunction::Count && !aggregate.distinct;
        if !counts || matches!(of, Node::Tuple(_)) {
            self.single(of)?;
        }
        if matches!(aggregate.function, AggregateFunction::Min | AggregateFunction::Max) {
            self.orderable(of, "`min` and `max` of JSON")?;
            if self.server.backend == Backend::Postgres {
                match type_of(of) {
                    Some(Type::Bool) => return Err(self.unsupported("`min` and `max` of truth values")),
                    Some(Type::Bytes) => return Err(self.unsupported("`min` and `max` of bytes")),
                    Some(Type::Uuid) => return Err(self.unsupported("`min` and `max` of UUIDs")),
                    _ => {}
                }
            }
        }
        if aggregate.distinct {
            self.not_json(of, "distinct aggregates of JSON")?;
        }
        Ok(())
    }

    fn not_json(&self, node: &Node, feature: &'static str) -> Result<()> {
        match type_of(node).map(Type::of_one) {
            Some(Type::Json) => Err(self.unsupported(feature)),
            Some(Type::Hstore) => Err(self.unsupported("order, groups and lists of hstore")),
            _ => Ok(()),
        }
    }

    /// Values whose order is the same everywhere, that of Rust: in arrays, PostgreSQL takes NULL for the greatest element.
    fn orderable(&self, node: &Node, json: &'static str) -> Result<()> {
        self.not_json(node, json)?;
        match type_of(node).and_then(Type::array) {
            Some(def) if def.nullable => Err(self.unsupported("order of arrays whose elements may be NULL")),
            _ => Ok(()),
        }
    }

    /// Whether the database itself orders values of this type in another way.
    fn orders_as_text(&self, ty: Type) -> bool {
        self.server.backend != Backend::Sqlite && ty.of_one().native().is_some()
    }

    #[cold]
    fn unsupported(&self, feature: &'static str) -> Error {
        Error::new(ErrorKind::Unsupported { feature, backend: self.server.backend.name() })
    }
}

/// A foreign key over fields, of which a part may be there without the others, is not read as a value.
fn readable(node: &Node) -> Result<()> {
    let Some(field) = half_of(node) else { return Ok(()) };
    let reason =
        "a part of a foreign key over fields that may be NULL, so it is no value to read: select its fields";
    Err(invalid(reason).with_field(field.name))
}

/// An embedded struct is looked for among rows as a row, for which NULL is not NULL, and a decimal has one scale.
fn comparable(node: &Node) -> Result<()> {
    let Node::Tuple(nodes) = node else { return Ok(()) };
    for node in nodes {
        // Keys of several fields are looked for as well, and have their own rules.
        let Node::Field(_, field) = node else { continue };
        if !field.name.contains('.') {
            continue;
        }
        if field.nullable() || type_of(node).is_some_and(|ty| matches!(ty, Type::Decimal | Type::Json)) {
            let reason = "a struct with such a field cannot be looked for in a query: compare its fields";
            return Err(invalid(reason).with_field(field.name));
        }
    }
    Ok(())
}

#[cold]
fn invalid(reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidQuery { reason: reason.into() })
}
