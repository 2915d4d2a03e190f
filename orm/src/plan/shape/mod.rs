//! The shape of a plan: everything its SQL text depends on, as bytes, and the values that it does not.
//!
//! Two plans of one shape have the same text. The walk goes over a plan once, in a fixed order, so the
//! values of a second plan of the same shape stand at the same places as those of the first.
//!
//! A field, a table or a relation is written as its address. That is enough: metadata is `&'static` and never
//! changes, so one address means the same name, columns, schema and prefix for as long as the program runs.
//! (One field may have several addresses: that costs an entry more, and is never wrong.)

mod value;

use super::lock::{Lock, Strength, Wait};
use super::same::position_among;
use super::{Children, Conflict, Delete, Insert, Output, Plan, Rows, Select, Told, Update, same_node};
use crate::driver::{Backend, Server};
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{AggregateFunction, Function, Node, Nulls, OwnFunction, Path, Via};
use crate::model::Field;
use crate::types::Value;

pub(crate) use value::{digits, max_arguments, most_elements, padded};

/// How deep nodes may be nested before the walk refuses them.
const MAX_DEPTH: u32 = 512;

/// Stands where an address or a position would, if there is none.
const NONE: u8 = 0xFF;

/// What a walk over a plan found.
#[derive(Debug)]
pub(crate) struct Shape<'p> {
    /// What the text depends on.
    pub(crate) key: Vec<u8>,
    /// The values, in the order of the walk.
    pub(crate) values: Vec<&'p Value>,
}

/// Walks over a plan. `key` is an empty buffer to write to.
///
/// # Errors
///
/// [`ErrorKind::InvalidQuery`] for what depends on values and would not be seen again when the text comes from
/// the cache: negative limits, rows of the wrong length; and for plans that are nested too deeply to go on.
pub(crate) fn walk(plan: &Plan, server: Server, key: Vec<u8>) -> Result<Shape<'_>> {
    let mut walk =
        Walk { key, values: Vec::with_capacity(16), queries: Vec::new(), backend: server.backend, depth: 0 };
    walk.tag(backend_code(server.backend));
    for part in [server.version.0, server.version.1, server.version.2] {
        walk.key.extend_from_slice(&part.to_ne_bytes());
    }
    match plan {
        Plan::Select(select) => walk.query(1, select)?,
        Plan::Count(select) => walk.query(2, select)?,
        Plan::Exists(select) => walk.query(3, select)?,
        Plan::Children(children) => walk.children(children)?,
        Plan::Insert(insert) => walk.insert(insert)?,
        Plan::Update(update) => walk.update(update)?,
        Plan::Delete(delete) => walk.delete(delete)?,
    }
    Ok(Shape { key: walk.key, values: walk.values })
}

struct Walk<'p> {
    key: Vec<u8>,
    values: Vec<&'p Value>,
    /// The sub-queries so far.
    queries: Vec<&'p Select>,
    backend: Backend,
    depth: u32,
}

impl<'p> Walk<'p> {
    fn tag(&mut self, tag: u8) {
        self.key.push(tag);
    }

    fn address<T>(&mut self, of: &'static T) {
        self.key.extend_from_slice(&std::ptr::from_ref(of).addr().to_ne_bytes());
    }

    fn count(&mut self, count: usize) {
        match u8::try_from(count) {
            Ok(short) if short != NONE => self.tag(short),
            _ => {
                self.tag(NONE);
                self.key.extend_from_slice(&count.to_ne_bytes());
            }
        }
    }

    fn flag(&mut self, flag: bool) {
        self.tag(u8::from(flag));
    }

    fn path(&mut self, path: &Path) -> Result<()> {
        if path.is_too_long() {
            return Err(invalid(format!(
                "a path of more than {} foreign keys: {path:?}…",
                crate::expr::MAX_HOPS
            )));
        }
        self.count(path.hops().count());
        for hop in path.hops() {
            self.address(hop);
        }
        Ok(())
    }

    fn query(&mut self, tag: u8, select: &'p Select) -> Result<()> {
        self.tag(tag);
        self.select(select)
    }

    /// A clone of a condition shares its sub-query, whose values are then one and the same at both places. That
    /// is another text than that of two queries that only look alike, and have values of their own.
    fn sub_query(&mut self, select: &'p Select) -> Result<()> {
        match self.queries.iter().position(|known| std::ptr::eq(*known, select)) {
            Some(position) => {
                self.tag(2);
                self.count(position);
                Ok(())
            }
            None => {
                self.tag(1);
                self.queries.push(select);
                self.select(select)
            }
        }
    }

    fn select(&mut self, select: &'p Select) -> Result<()> {
        self.address(select.table);
        self.count(select.output.len());
        for output in &select.output {
            match output {
                Output::Model(path) => {
                    self.tag(1);
                    self.path(path)?;
                }
                Output::Far(via, table) => {
                    self.tag(3);
                    self.via(via)?;
                    self.address(*table);
                }
                Output::There(path) => {
                    self.tag(4);
                    self.path(path)?;
                }
                Output::Expr(node) => {
                    self.tag(2);
                    self.node(node, &select.group)?;
                }
            }
        }
        self.nodes(&select.filter, &[])?;
        self.nodes(&select.group, &[])?;
        self.nodes(&select.having, &select.group)?;
        self.flag(select.distinct);
        self.lock(select.lock.as_deref())?;
        self.count(select.order.len());
        for order in &select.order {
            self.tag(
                u8::from(order.descending)
                    | match order.nulls {
                        Nulls::Smallest => 0,
                        Nulls::First => 2,
                        Nulls::Last => 4,
                    },
            );
            let output = if select.distinct { position_among(&order.node, &select.output) } else { None };
            match output {
                // Built from the output, so its values are those of the output.
                Some(position) => {
                    self.tag(1);
                    self.count(position);
                    match (&order.node, select.output.get(position)) {
                        (Node::Field(_, field), Some(Output::Model(_))) => self.address(*field),
                        _ => self.tag(NONE),
                    }
                }
                None => {
                    self.tag(2);
                    self.node(&order.node, &select.group)?;
                }
            }
        }
        self.bound(select.limit.as_ref(), "limit")?;
        self.bound(select.offset.as_ref(), "offset")
    }

    fn lock(&mut self, lock: Option<&Lock>) -> Result<()> {
        let Some(lock) = lock else {
            self.tag(0);
            return Ok(());
        };
        let wait = match lock.wait {
            Wait::Block => 1,
            Wait::Fail => 2,
            Wait::Skip => 3,
            Wait::Both => 4,
        };
        let strength = match lock.strength {
            None => 0,
            Some(Strength::Update) => 1,
            Some(Strength::Share) => 2,
        };
        self.tag(wait | (strength << 3) | (u8::from(lock.if_supported) << 5) | (u8::from(lock.far) << 6));
        self.count(lock.related.len());
        lock.related.iter().try_for_each(|path| self.path(path))
    }

    fn bound(&mut self, bound: Option<&'p Value>, name: &str) -> Result<()> {
        match bound {
            None => self.tag(0),
            Some(value @ Value::Int(0..)) => {
                self.tag(1);
                self.values.push(value);
            }
            Some(_) => return Err(invalid(format!("a {name} must be an integer that is not negative"))),
        }
        Ok(())
    }

    fn nodes(&mut self, nodes: &'p [Node], group: &'p [Node]) -> Result<()> {
        self.count(nodes.len());
        nodes.iter().try_for_each(|node| self.node(node, group))
    }

    fn node(&mut self, node: &'p Node, group: &'p [Node]) -> Result<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(too_deep());
        }
        match node {
            Node::Field(path, field) => {
                self.tag(1);
                self.path(path)?;
                self.address(*field);
            }
            Node::Proposed(path, field) => {
                self.tag(41);
                self.path(path)?;
                self.address(*field);
            }
            Node::Value(value) => {
                self.tag(2);
                self.value(value)?;
            }
            Node::Arithmetic(op, sides) => {
                self.tag(3);
                self.tag(*op as u8);
                self.nodes(&sides[..], group)?;
            }
            Node::Compare(op, sides) => {
                self.tag(4);
                self.tag(*op as u8);
                self.nodes(&sides[..], group)?;
            }
            Node::IsNull(inner) => {
                self.tag(5);
                self.node(inner, group)?;
            }
            Node::Between(parts) => {
                self.tag(6);
                self.nodes(&parts[..], group)?;
            }
            Node::In(inner, list) => {
                self.tag(7);
                self.node(inner, group)?;
                self.value(list)?;
            }
            Node::InSelect(inner, select) => {
                self.tag(8);
                self.node(inner, group)?;
                self.sub_query(select)?;
            }
            Node::Text(lookup, sides) => {
                self.tag(9);
                self.tag(*lookup as u8);
                self.nodes(&sides[..], group)?;
            }
            Node::Not(inner) => {
                self.tag(10);
                self.node(inner, group)?;
            }
            Node::All(nodes) => {
                self.tag(11);
                self.nodes(nodes, group)?;
            }
            Node::Any(nodes) => {
                self.tag(12);
                self.nodes(nodes, group)?;
            }
            Node::Aggregate(aggregate) => {
                self.tag(13);
                match aggregate.function {
                    AggregateFunction::Count => self.tag(0),
                    AggregateFunction::Sum => self.tag(1),
                    AggregateFunction::Avg => self.tag(2),
                    AggregateFunction::Min => self.tag(3),
                    AggregateFunction::Max => self.tag(4),
                    AggregateFunction::Own(own) => self.own(own),
                }
                self.flag(aggregate.distinct);
                for part in [&aggregate.of, &aggregate.filter] {
                    self.flag(part.is_some());
                    if let Some(part) = part {
                        self.node(part, group)?;
                    }
                }
            }
            Node::Related(quantifier, relation, path, select) => {
                self.tag(14);
                self.tag(*quantifier as u8);
                self.via(relation)?;
                self.path(path)?;
                self.sub_query(select)?;
            }
            Node::Tuple(parts) => {
                self.tag(40);
                self.nodes(parts, group)?;
            }
            Node::Key(inner) => {
                self.tag(15);
                // Built from the key of the group, so its values are those of that key.
                match group.iter().position(|key| same_node(key, inner)) {
                    Some(position) => {
                        self.tag(1);
                        self.count(position);
                    }
                    None => {
                        self.tag(2);
                        self.node(inner, group)?;
                    }
                }
            }
            Node::Matches(text, pattern) => {
                self.tag(17);
                self.node(text, group)?;
                self.value(pattern.value(self.backend)?)?;
            }
            Node::Search(search) => {
                self.tag(51);
                self.tag(search.op as u8);
                self.address(search.table);
                self.address(search.index);
                self.path(&search.path)?;
                let sought = search.sought.value(self.backend);
                self.flag(sought.is_some());
                if let Some(sought) = sought {
                    self.value(sought)?;
                }
                let whole = search.sought.whole(self.backend);
                self.count(whole.len());
                whole.iter().try_for_each(|word| self.value(word))?;
            }
            Node::Array(op, sides) => {
                self.tag(50);
                self.tag(*op as u8);
                self.nodes(&sides[..], group)?;
            }
            Node::Call(function, args) => {
                self.tag(16);
                match function {
                    Function::Lower => self.tag(0),
                    Function::Upper => self.tag(1),
                    Function::Random => self.tag(7),
                    Function::Cardinality => self.tag(2),
                    Function::Get => self.tag(3),
                    Function::As(ty) => {
                        self.tag(5);
                        self.ty(*ty);
                    }
                    Function::Round(digits) => {
                        self.tag(6);
                        self.tag(*digits);
                    }
                    Function::Collate(name) => {
                        self.tag(4);
                        self.text(name);
                    }
                    Function::Case => self.tag(7),
                    Function::Coalesce => self.tag(8),
                    Function::Greatest => self.tag(9),
                    Function::Least => self.tag(10),
                    Function::Own(own) => self.own(*own),
                }
                self.nodes(args, group)?;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn own(&mut self, function: OwnFunction) {
        self.tag(NONE);
        self.text(function.name);
        self.ty(function.ty);
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.key.extend_from_slice(text.as_bytes());
    }

    fn via(&mut self, via: &Via) -> Result<()> {
        match via {
            Via::ForeignKey(path, field) => {
                self.tag(1);
                self.path(path)?;
                self.address(*field);
            }
            Via::Through(pairs) => {
                self.tag(2);
                self.address(pairs.near());
                self.address(pairs.far());
            }
        }
        Ok(())
    }

    fn children(&mut self, children: &'p Children) -> Result<()> {
        self.tag(70);
        self.address(children.start);
        self.via(&children.via)?;
        self.value(&children.keys)?;
        self.bound(children.after.as_ref(), "offset")?;
        self.bound(children.up_to.as_ref(), "limit")?;
        self.select(&children.select)
    }

    fn insert(&mut self, insert: &'p Insert) -> Result<()> {
        self.tag(4);
        self.address(insert.table);
        self.fields(&insert.fields);
        self.conflict(&insert.conflict)?;
        self.flag(insert.returning);
        let width: usize = insert.fields.iter().map(|field| field.columns.len()).sum();
        match &insert.rows {
            Rows::Flat { count, values } => {
                if count.checked_mul(width) != Some(values.len()) || *count == 0 {
                    return Err(invalid("rows of an insert that do not have one value a column".into()));
                }
                self.tag(1);
                self.count(*count);
                self.values.extend(values);
            }
            Rows::Columns(columns) => {
                let mut lengths = columns.iter().map(|column| match column {
                    Value::List(_, items) => Some(items.len()),
                    _ => None,
                });
                let first = lengths.next().flatten();
                if columns.len() != width || first.is_none() || !lengths.all(|length| length == first) {
                    return Err(invalid("columns of an insert that are not lists of one length".into()));
                }
                self.tag(2);
                self.values.extend(columns);
            }
        }
        Ok(())
    }

    fn conflict(&mut self, conflict: &'p Conflict) -> Result<()> {
        match conflict {
            Conflict::Refused => self.tag(0),
            Conflict::LeftOut { key, told } => {
                self.tag(1);
                self.fields(key);
                match told {
                    Told::Not => self.tag(0),
                    Told::Marked(mark) => {
                        self.tag(1);
                        self.value(mark)?;
                    }
                    Told::Counted => self.tag(2),
                }
            }
            Conflict::Updated { key, set, filter } => {
                self.tag(2);
                self.fields(key);
                self.assignments(set)?;
                self.nodes(filter, &[])?;
            }
        }
        Ok(())
    }

    fn fields(&mut self, fields: &[&'static Field]) {
        self.count(fields.len());
        fields.iter().for_each(|field| self.address(*field));
    }

    fn assignments(&mut self, set: &'p [(&'static Field, Node)]) -> Result<()> {
        self.count(set.len());
        set.iter().try_for_each(|(field, node)| {
            self.address(*field);
            self.node(node, &[])
        })
    }

    fn update(&mut self, update: &'p Update) -> Result<()> {
        self.tag(5);
        self.flag(update.all);
        self.select(&update.select)?;
        self.assignments(&update.set)
    }

    fn delete(&mut self, delete: &'p Delete) -> Result<()> {
        self.tag(6);
        self.flag(delete.all);
        self.select(&delete.select)
    }
}

const fn backend_code(backend: Backend) -> u8 {
    match backend {
        Backend::Sqlite => 1,
        Backend::Postgres => 2,
        Backend::MySql => 3,
        Backend::MariaDb => 4,
    }
}

pub(super) fn too_deep() -> Error {
    invalid("the conditions or expressions are nested too deeply".into())
}

#[cold]
fn invalid(reason: String) -> Error {
    Error::new(ErrorKind::InvalidQuery { reason })
}
