//! The values of a plan that belong to sensitive fields.

use super::check::group::{holds, parts};
use super::{Conflict, Output, Plan, Rows, Select};
use crate::expr::{Node, Path, Via};
use crate::model::{Field, Table};
use crate::types::{EnumValue, Value};

/// The texts of the values that are written to sensitive fields, or compared with them: what no message may hold.
///
/// Asked for when something went wrong, never before.
#[cold]
pub(crate) fn secrets(plan: &Plan) -> Vec<String> {
    let mut out = Vec::new();
    match plan {
        Plan::Select(select) | Plan::Count(select) | Plan::Exists(select) => of_select(select, &mut out),
        Plan::Children(children) => {
            if children.start.primary_key.iter().any(|field| field.is_sensitive()) {
                text_of(&children.keys, &mut out);
            }
            of_select(&children.select, &mut out);
        }
        Plan::Insert(insert) => {
            of_rows(&insert.fields, &insert.rows, &mut out);
            if let Conflict::Updated { set, filter, .. } = &insert.conflict {
                of_assignments(set, &mut out);
                filter.iter().for_each(|node| of_node(node, &mut out));
            }
        }
        Plan::Update(update) => {
            of_assignments(&update.set, &mut out);
            of_select(&update.select, &mut out);
        }
        Plan::Delete(delete) => of_select(&delete.select, &mut out),
    }
    out
}

/// Whether a field that is sensitive is compared, written or ordered by anywhere in the plan.
#[cold]
pub(crate) fn names_sensitive(plan: &Plan) -> bool {
    let mut found = false;
    each_node(plan, &mut |_, node| found |= is_sensitive(node));
    found
}

/// Whether rows are looked at that have a sensitive field, whatever the plan says of it.
#[cold]
pub(crate) fn looks_at_sensitive(plan: &Plan) -> bool {
    let has = |table: &Table| table.fields.iter().any(Field::is_sensitive);
    let mut found = has(plan.table());
    each_node(plan, &mut |table, node| {
        found |= has(table);
        match node {
            Node::Field(path, _) => found |= behind(*path, has),
            Node::Related(_, via, path, _) => {
                found |= behind(*path, has);
                if let Via::Through(pairs) = **via {
                    found |= has(pairs.table());
                }
            }
            _ => {}
        }
    });
    found
}

fn behind(path: Path, has: fn(&Table) -> bool) -> bool {
    path.hops().filter_map(|hop| hop.reference.as_ref()).any(|to| has((to.target)()))
}

/// Every node of a query, those of its sub-queries included, with the table that it is about.
fn each_node(plan: &Plan, see: &mut dyn FnMut(&'static Table, &Node)) {
    match plan {
        Plan::Select(select) | Plan::Count(select) | Plan::Exists(select) => nodes_of(select, see),
        Plan::Children(children) => nodes_of(&children.select, see),
        Plan::Update(update) => {
            update.set.iter().for_each(|(field, node)| {
                see(update.select.table, &Node::Field(Path::EMPTY, field));
                nodes_in(update.select.table, node, see);
            });
            nodes_of(&update.select, see);
        }
        Plan::Delete(delete) => nodes_of(&delete.select, see),
        Plan::Insert(insert) => {
            insert.fields.iter().for_each(|field| see(insert.table, &Node::Field(Path::EMPTY, field)));
        }
    }
}

fn nodes_of(select: &Select, see: &mut dyn FnMut(&'static Table, &Node)) {
    for output in &select.output {
        match output {
            Output::Expr(node) => nodes_in(select.table, node, see),
            // As a field of the row there.
            Output::Model(path) | Output::There(path) => {
                if let Some(field) = select.table.primary_key.first() {
                    see(select.table, &Node::Field(*path, field));
                }
            }
            Output::Far(_, table) => {
                if let Some(field) = table.primary_key.first() {
                    see(table, &Node::Field(Path::EMPTY, field));
                }
            }
        }
    }
    let nodes = select.filter.iter().chain(&select.group).chain(&select.having);
    nodes.chain(select.order.iter().map(|order| &order.node)).for_each(|node| {
        nodes_in(select.table, node, see);
    });
}

fn nodes_in(table: &'static Table, node: &Node, see: &mut dyn FnMut(&'static Table, &Node)) {
    see(table, node);
    if let Node::Related(_, _, _, select) | Node::InSelect(_, select) = node {
        see(select.table, node);
        nodes_of(select, see);
    }
    parts(node).into_iter().for_each(|part| nodes_in(table, part, see));
}

fn of_assignments(set: &[(&'static Field, Node)], out: &mut Vec<String>) {
    for (field, node) in set {
        if field.is_sensitive() { all_values(node, out) } else { of_node(node, out) }
    }
}

fn of_rows(fields: &[&'static Field], rows: &Rows, out: &mut Vec<String>) {
    let columns = || fields.iter().flat_map(|field| field.columns.iter().map(|_| field.is_sensitive()));
    let width = columns().count().max(1);
    for (at, _) in columns().enumerate().filter(|(_, sensitive)| *sensitive) {
        match rows {
            Rows::Flat { values, .. } => {
                values.iter().skip(at).step_by(width).for_each(|value| text_of(value, out));
            }
            Rows::Columns(lists) => lists.get(at).into_iter().for_each(|list| text_of(list, out)),
        }
    }
}

fn of_select(select: &Select, out: &mut Vec<String>) {
    let outputs = select.output.iter().filter_map(|output| match output {
        Output::Expr(node) => Some(node),
        Output::Model(_) | Output::Far(..) | Output::There(_) => None,
    });
    let nodes = outputs.chain(&select.filter).chain(&select.group).chain(&select.having);
    nodes.chain(select.order.iter().map(|order| &order.node)).for_each(|node| of_node(node, out));
}

fn of_node(node: &Node, out: &mut Vec<String>) {
    match node {
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|node| of_node(node, out)),
        Node::Not(inner) => of_node(inner, out),
        Node::Related(_, _, _, select) => of_select(select, out),
        node if holds(node, &is_sensitive) => {
            all_values(node, out);
        }
        Node::InSelect(_, select) => of_select(select, out),
        node => parts(node).into_iter().for_each(|part| of_node(part, out)),
    }
}

fn is_sensitive(node: &Node) -> bool {
    matches!(node, Node::Field(_, field) | Node::Proposed(_, field) if field.is_sensitive())
}

fn all_values(node: &Node, out: &mut Vec<String>) {
    match node {
        Node::Value(value) | Node::In(_, value) => text_of(value, out),
        Node::Related(_, _, _, select) | Node::InSelect(_, select) => of_select(select, out),
        Node::Search(search) => search.sought.values().for_each(|value| text_of(value, out)),
        _ => {}
    }
    parts(node).into_iter().for_each(|part| all_values(part, out));
}

/// A value as messages would show it.
pub(crate) fn text_of(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Null(_) | Value::Bool(_) | Value::Refused(..) => {}
        Value::Duration(value) => out.extend(value.num_microseconds().map(|number| number.to_string())),
        Value::Enum(def, at) => out.extend(def.variants.get(*at).map(|variant| match variant.value {
            EnumValue::Text(text) => text.to_owned(),
            EnumValue::Int(number) => number.to_string(),
        })),
        Value::Text(text) => out.push(text.clone()),
        Value::Int(value) => out.push(value.to_string()),
        Value::UInt(value) => out.push(value.to_string()),
        Value::Float(value) => out.push(value.to_string()),
        Value::Double(value) => out.push(value.to_string()),
        Value::Bytes(bytes) => {
            out.push(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
            out.push(bytes.iter().map(|byte| format!("{byte:02X}")).collect());
            out.extend(String::from_utf8(bytes.clone()));
        }
        Value::Date(value) => out.push(value.to_string()),
        Value::Time(value) => out.push(value.to_string()),
        Value::DateTime(value) => out.push(value.to_string()),
        Value::Timestamp(value) => out.push(value.naive_utc().to_string()),
        #[cfg(feature = "uuid")]
        Value::Uuid(value) => {
            out.push(value.hyphenated().to_string());
            out.push(value.simple().to_string());
        }
        #[cfg(feature = "decimal")]
        Value::Decimal(value) => out.push(value.to_string()),
        #[cfg(feature = "json")]
        Value::Json(value) => out.push(value.to_string()),
        Value::Hstore(map) => map.iter().for_each(|(key, value)| {
            out.push(key.clone());
            out.extend(value.clone());
        }),
        Value::Array(_, values) | Value::List(_, values) | Value::Tuple(values) => {
            values.iter().for_each(|value| text_of(value, out))
        }
    }
}
