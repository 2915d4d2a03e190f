//! What models inherit of a `Meta` beside its settings: an order, indexes, unique keys, checks.
//!
//! A derive sees the tokens of no other type, so a `Meta` names fields, and each model finds its own by these names in const
//! evaluation. One that it has not is an error at the model's `meta = ..`, with a text that is put together here. What
//! is found is part of the model's table like what it says itself, so that nothing behind the metadata knows of this.

use super::embed::{is_unlimited_text, position_of};
use super::naming::Pen;
use super::{
    Check, ColumnDef, Field, Index, IndexMethod, IndexOf, IndexPart, MetaDef, OrderPart, SchemaExpr,
};
use crate::expr::{Column, Node};

/// A part of an order.
#[derive(Debug, Clone, Copy)]
pub struct SharedOrder {
    /// The Rust name of the field.
    pub field: &'static str,
    /// Whether it is in descending order.
    pub descending: bool,
}

/// An index or a unique key.
#[derive(Debug, Clone, Copy)]
pub struct SharedIndex {
    /// What it is over, in order.
    pub parts: &'static [SharedPart],
    /// Whether it is a unique key.
    pub unique: bool,
    /// The rows that are in it.
    pub condition: Option<SharedExpr>,
    /// How it is organised.
    pub method: IndexMethod,
    /// What PostgreSQL does with values.
    pub op_class: Option<&'static str>,
    /// The Rust names of fields that are kept in it too.
    pub include: &'static [&'static str],
}

/// A part of an index.
#[derive(Debug, Clone, Copy)]
pub struct SharedPart {
    /// What it is over.
    pub of: SharedOf,
    /// Whether it is in descending order.
    pub descending: bool,
}

/// What a part of an index is over.
#[derive(Debug, Clone, Copy)]
pub enum SharedOf {
    /// The field of this Rust name.
    Field(&'static str),
    /// An expression over fields.
    Expression(SharedExpr),
}

/// An expression over fields of whichever model inherits it.
#[derive(Debug, Clone, Copy)]
pub struct SharedExpr {
    /// The fields: their Rust names, and what their columns are like.
    pub needs: &'static [ColumnDef],
    /// Builds it from the fields of a model.
    pub build: fn(&'static [Field]) -> Node,
}

impl SharedExpr {
    const fn of(self, fields: &'static [Field]) -> SchemaExpr {
        SchemaExpr::of(self.build, fields)
    }
}

/// A list, or none.
const fn all<T>(list: Option<&'static [T]>) -> &'static [T] {
    match list {
        Some(list) => list,
        None => &[],
    }
}

/// The index `at` of all that are inherited: unique keys come first.
const fn index_at(meta: &MetaDef, at: usize) -> &'static SharedIndex {
    let unique = all(meta.unique_keys);
    if at < unique.len() { &unique[at] } else { &all(meta.indexes)[at - unique.len()] }
}

/// How many indexes and unique keys are inherited.
#[must_use]
pub const fn indexes_len(meta: &MetaDef) -> usize {
    all(meta.unique_keys).len() + all(meta.indexes).len()
}

/// How many parts they have together.
#[must_use]
pub const fn parts_len(meta: &MetaDef) -> usize {
    let (mut len, mut i) = (0, 0);
    while i < indexes_len(meta) {
        len += index_at(meta, i).parts.len();
        i += 1;
    }
    len
}

/// How many fields are kept in them.
#[must_use]
pub const fn included_len(meta: &MetaDef) -> usize {
    let (mut len, mut i) = (0, 0);
    while i < indexes_len(meta) {
        len += index_at(meta, i).include.len();
        i += 1;
    }
    len
}

/// How many parts the order has that is inherited.
#[must_use]
pub const fn ordering_len(meta: &MetaDef) -> usize {
    all(meta.ordering).len()
}

/// How many checks are inherited.
#[must_use]
pub const fn checks_len(meta: &MetaDef) -> usize {
    all(meta.checks).len()
}

/// The field of this name. Where there is none the model is refused, and any will do.
const fn find(fields: &'static [Field], name: &str) -> &'static Field {
    let at = position_of(fields, name);
    &fields[if at < fields.len() { at } else { 0 }]
}

/// The order that is inherited.
#[must_use]
pub const fn ordering<const N: usize>(meta: &MetaDef, fields: &'static [Field]) -> [OrderPart; N] {
    let mut out = [OrderPart { field: &fields[0], descending: false }; N];
    let mut i = 0;
    while i < N {
        let part = all(meta.ordering)[i];
        out[i] = OrderPart { field: find(fields, part.field), descending: part.descending };
        i += 1;
    }
    out
}

/// The parts of all indexes that are inherited, one behind the other.
#[must_use]
pub const fn parts<const N: usize>(meta: &MetaDef, fields: &'static [Field]) -> [IndexPart; N] {
    let mut out = [IndexPart { of: IndexOf::Field(&fields[0]), descending: false }; N];
    let (mut at, mut i) = (0, 0);
    while at < N {
        let index = index_at(meta, i);
        let mut j = 0;
        while j < index.parts.len() {
            let part = index.parts[j];
            let of = match part.of {
                SharedOf::Field(name) => IndexOf::Field(find(fields, name)),
                SharedOf::Expression(expr) => IndexOf::Expression(expr.of(fields)),
            };
            out[at] = IndexPart { of, descending: part.descending };
            at += 1;
            j += 1;
        }
        i += 1;
    }
    out
}

/// The fields that are kept in them, one behind the other.
#[must_use]
pub const fn included<const N: usize>(meta: &MetaDef, fields: &'static [Field]) -> [&'static Field; N] {
    let mut out = [&fields[0]; N];
    let (mut at, mut i) = (0, 0);
    while at < N {
        let names = index_at(meta, i).include;
        let mut j = 0;
        while j < names.len() {
            out[at] = find(fields, names[j]);
            at += 1;
            j += 1;
        }
        i += 1;
    }
    out
}

/// The model's own indexes, and behind them those that are inherited, made of [`parts`] and [`included`].
#[must_use]
pub const fn indexes<const N: usize>(
    own: &[Index],
    meta: &MetaDef,
    fields: &'static [Field],
    mut parts: &'static [IndexPart],
    mut included: &'static [&'static Field],
) -> [Index; N] {
    let mut out = [Index::EMPTY; N];
    let mut i = 0;
    while i < N {
        if i < own.len() {
            out[i] = own[i];
        } else {
            let index = index_at(meta, i - own.len());
            let (its_parts, include);
            (its_parts, parts) = parts.split_at(index.parts.len());
            (include, included) = included.split_at(index.include.len());
            out[i] = Index {
                name: None,
                parts: its_parts,
                unique: index.unique,
                condition: match index.condition {
                    Some(condition) => Some(condition.of(fields)),
                    None => None,
                },
                method: index.method,
                op_class: index.op_class,
                include,
            };
        }
        i += 1;
    }
    out
}

/// The model's own checks, and behind them those that are inherited.
#[must_use]
pub const fn checks<const N: usize>(own: &[Check], meta: &MetaDef, fields: &'static [Field]) -> [Check; N] {
    let mut out = [Check::new(SchemaExpr::new(nothing)); N];
    let mut i = 0;
    while i < N {
        out[i] = if i < own.len() { own[i] } else { Check::new(all(meta.checks)[i - own.len()].of(fields)) };
        i += 1;
    }
    out
}

/// What stands in a list until it is filled.
fn nothing() -> Node {
    Node::All(Vec::new())
}

/// The column of this name, where an expression of a `Meta` is built for a model.
#[must_use]
pub fn column<M, T>(fields: &'static [Field], name: &str) -> Column<M, T> {
    Column::new(find(fields, name))
}

/// Why a model cannot inherit what its `Meta` says.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// It can.
    None,
    /// It has no such field.
    Missing(&'static str),
    /// The field is of another type than the one that an expression is about.
    OtherType(&'static str),
    /// Text in an index needs a limit.
    Unlimited(&'static str),
    /// The field has this index by itself.
    Twice(&'static str),
    /// The field is unique, which takes an index already.
    Served(&'static str),
    /// The field is the primary key.
    PrimaryKey(&'static str),
}

impl Fault {
    /// Whether there is none.
    #[must_use]
    pub const fn is_none(self) -> bool {
        matches!(self, Self::None)
    }
}

/// The first fault, of a model with these fields and this primary key.
#[must_use]
pub const fn fault(meta: &MetaDef, fields: &[Field], key: &[&Field]) -> Fault {
    // A key of several fields has an index over all of them, and none over each.
    let key = match key {
        [one] => one.name,
        _ => "",
    };
    let mut i = 0;
    while i < ordering_len(meta) {
        let name = all(meta.ordering)[i].field;
        if position_of(fields, name) == fields.len() {
            return Fault::Missing(name);
        }
        i += 1;
    }
    i = 0;
    while i < indexes_len(meta) {
        let fault = fault_of_index(index_at(meta, i), fields, key);
        if !fault.is_none() {
            return fault;
        }
        i += 1;
    }
    i = 0;
    while i < checks_len(meta) {
        let fault = fault_of_expr(all(meta.checks)[i], fields);
        if !fault.is_none() {
            return fault;
        }
        i += 1;
    }
    Fault::None
}

const fn fault_of_index(index: &SharedIndex, fields: &[Field], key: &str) -> Fault {
    let mut i = 0;
    while i < index.parts.len() {
        match index.parts[i].of {
            SharedOf::Field(name) => {
                let at = position_of(fields, name);
                if at == fields.len() {
                    return Fault::Missing(name);
                }
                if is_unlimited_text(&fields[at]) {
                    return Fault::Unlimited(name);
                }
                let plain = index.parts.len() == 1
                    && index.condition.is_none()
                    && matches!(index.method, IndexMethod::BTree)
                    && index.op_class.is_none()
                    && index.include.is_empty();
                if plain && position_of(fields, key) == at {
                    return Fault::PrimaryKey(name);
                }
                if plain && fields[at].unique {
                    return if index.unique { Fault::Twice(name) } else { Fault::Served(name) };
                }
                if plain && fields[at].index && !index.unique {
                    return Fault::Twice(name);
                }
            }
            SharedOf::Expression(expr) => {
                let fault = fault_of_expr(expr, fields);
                if !fault.is_none() {
                    return fault;
                }
            }
        }
        i += 1;
    }
    i = 0;
    while i < index.include.len() {
        if position_of(fields, index.include[i]) == fields.len() {
            return Fault::Missing(index.include[i]);
        }
        i += 1;
    }
    match index.condition {
        Some(condition) => fault_of_expr(condition, fields),
        None => Fault::None,
    }
}

const fn fault_of_expr(expr: SharedExpr, fields: &[Field]) -> Fault {
    let mut i = 0;
    while i < expr.needs.len() {
        let need = &expr.needs[i];
        let at = position_of(fields, need.name);
        if at == fields.len() {
            return Fault::Missing(need.name);
        }
        let columns = fields[at].columns;
        if columns.len() != 1 || !columns[0].ty.is(need.ty) || columns[0].nullable != need.nullable {
            return Fault::OtherType(need.name);
        }
        i += 1;
    }
    Fault::None
}

/// How long the text of a fault is.
#[must_use]
pub const fn message_len(model: &str, meta: &str, fault: Fault) -> usize {
    put_message(&mut [], model, meta, fault)
}

/// The text of a fault.
#[must_use]
pub const fn message<const N: usize>(model: &str, meta: &str, fault: Fault) -> [u8; N] {
    let mut out = [0; N];
    put_message(&mut out, model, meta, fault);
    out
}

const fn put_message(out: &mut [u8], model: &str, meta: &str, fault: Fault) -> usize {
    let mut pen = Pen { out, at: 0 };
    pen.text("`");
    match fault {
        Fault::None => {}
        Fault::Missing(name) => {
            pen.text(model);
            pen.text("` has no field `");
            pen.text(name);
            pen.text("`, which `");
            pen.text(meta);
            pen.text("` names: add it, or write the setting that names it on the model");
        }
        Fault::OtherType(name) => {
            pen.text(name);
            pen.text("` of `");
            pen.text(model);
            pen.text("` is not of the type that an expression of `");
            pen.text(meta);
            pen.text("` is about: write that type, or the setting on the model");
        }
        Fault::Unlimited(name) => {
            pen.text(name);
            pen.text("` has an index of `");
            pen.text(meta);
            pen.text("`, and text there needs a limit: write `#[field(max_length = 80)]`");
        }
        Fault::Twice(name) => {
            pen.text(name);
            pen.text("` has this index already, by `");
            pen.text(meta);
            pen.text("`: remove `index` or `unique` from the field");
        }
        Fault::Served(name) => {
            pen.text(name);
            pen.text("` is unique, which takes an index, and has another by `");
            pen.text(meta);
            pen.text("`: write the indexes of `");
            pen.text(model);
            pen.text("` there, or `index()` for none");
        }
        Fault::PrimaryKey(name) => {
            pen.text(name);
            pen.text("` of `");
            pen.text(model);
            pen.text("` is the primary key, which is unique and has an index: remove that of `");
            pen.text(meta);
            pen.text("`, or write `index()` or `unique_together()` on the model");
        }
    }
    pen.at
}

/// A message as text.
#[must_use]
pub const fn text(message: &'static [u8]) -> &'static str {
    match core::str::from_utf8(message) {
        Ok(text) => text,
        // Never: it was put together of texts.
        Err(_) => "",
    }
}
