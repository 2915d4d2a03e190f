//! Models of a small shop, written by hand.

use crate::expr::{Aggregate, AggregateFunction, CompareOp, Node, Path, TextLookup, Via};
use crate::model::{
    Action, AutoValue, ColumnDef, Field, Index, IndexOf, IndexPart, MetaDef, Reference, Table,
};
use crate::types::{Type, Value};

const fn column(name: &'static str, ty: Type) -> ColumnDef {
    ColumnDef { name, ty, nullable: false, ..ColumnDef::of::<i64>("") }
}

const fn nullable(name: &'static str, ty: Type) -> ColumnDef {
    ColumnDef { nullable: true, ..column(name, ty) }
}

const fn table(
    model: &'static str,
    name: &'static str,
    fields: &'static [Field],
    primary_key: &'static [&'static Field],
    indexes: &'static [Index],
) -> Table {
    Table {
        model,
        module: "sample",
        package: "orm",
        version: "0.1.0",
        doc: "",
        name,
        meta: MetaDef::EMPTY.prefix("shop_"),
        fields,
        primary_key,
        indexes,
        ..Table::EMPTY
    }
}

const fn key(name: &'static str, columns: &'static [ColumnDef]) -> Field {
    Field { auto: AutoValue::Increment, ..Field::new(name, columns) }
}

const fn refers(
    name: &'static str,
    columns: &'static [ColumnDef],
    target: fn() -> &'static Table,
    on_delete: Action,
) -> Field {
    let reference = Some(Reference { target, path: "", to: None, on_delete, on_update: Action::NoAction });
    Field { reference, index: true, ..Field::new(name, columns) }
}

pub(super) static USER_FIELDS: [Field; 7] = [
    key("id", &[column("id", Type::I64)]),
    Field { unique: true, ..Field::new("name", &[column("name", Type::Text).max_length(80)]) },
    Field::new("age", &[nullable("age", Type::I32)]),
    Field::new("active", &[column("active", Type::Bool)]),
    refers("boss", &[nullable("boss_id", Type::I64)], user, Action::SetNull),
    Field::new("score", &[column("score", Type::U64)]),
    Field::new("ratio", &[column("ratio", Type::F32)]),
];
/// Named as nobody should name a table.
pub(super) static USERS: Table = table("User", "us`er\"s", &USER_FIELDS, &[&USER_FIELDS[0]], &[]);

pub(super) static ORDER_FIELDS: [Field; 4] = [
    key("id", &[column("id", Type::I32)]),
    refers("customer", &[column("customer_id", Type::I64)], user, Action::Cascade),
    refers("seller", &[nullable("seller_id", Type::I64)], user, Action::SetNull),
    Field::new("placed", &[nullable("placed", Type::DateTime)]),
];
/// A reserved word, were it not for the prefix.
pub(super) static ORDERS: Table = table(
    "Order",
    "order",
    &ORDER_FIELDS,
    &[&ORDER_FIELDS[0]],
    &[Index {
        parts: &[
            IndexPart { of: IndexOf::Field(&ORDER_FIELDS[1]), descending: false },
            IndexPart { of: IndexOf::Field(&ORDER_FIELDS[3]), descending: true },
        ],
        ..Index::EMPTY
    }],
);

pub(super) static LINE_FIELDS: [Field; 5] = [
    refers("order", &[column("order_id", Type::I32)], order, Action::Cascade),
    Field::new("number", &[column("group", Type::U16)]),
    Field::new("item", &[column("item", Type::Text)]),
    Field::new("total", &[column("total", Type::Decimal).precision(10, 2)]),
    Field::new("rate", &[nullable("rate", Type::Decimal).precision(6, 4)]),
];
pub(super) static LINES: Table =
    table("Line", "lines", &LINE_FIELDS, &[&LINE_FIELDS[0], &LINE_FIELDS[1]], &[]);

pub(super) static NOTE_FIELDS: [Field; 3] = [
    key("id", &[column("id", Type::I64)]),
    refers(
        "line",
        &[nullable("line_order", Type::I32), nullable("line_group", Type::U16)],
        line,
        Action::SetNull,
    ),
    Field::new("text", &[column("text", Type::Text)]),
];
pub(super) static NOTES: Table = table("Note", "notes", &NOTE_FIELDS, &[&NOTE_FIELDS[0]], &[]);

pub(super) static ALL: [&Table; 4] = [&NOTES, &LINES, &ORDERS, &USERS];

pub(super) fn user() -> &'static Table {
    &USERS
}
fn order() -> &'static Table {
    &ORDERS
}
fn line() -> &'static Table {
    &LINES
}

pub(super) const ORDERS_OF_CUSTOMER: Via = Via::ForeignKey(Path::EMPTY, &ORDER_FIELDS[1]);
pub(super) const LINES_OF_ORDER: Via = Via::ForeignKey(Path::EMPTY, &LINE_FIELDS[0]);

/// The field of this name, at the end of hops of these names: `customer.boss.name`.
pub(super) fn field(table: &'static Table, way: &str) -> Node {
    let (path, field) = way_to(table, way);
    Node::Field(path, field)
}

pub(super) fn way_to(table: &'static Table, way: &str) -> (Path, &'static Field) {
    let mut path = Path::EMPTY;
    let mut table = table;
    let mut names = way.split('.').peekable();
    loop {
        let field = table.field(names.next().unwrap()).unwrap();
        if names.peek().is_none() {
            return (path, field);
        }
        path = path.push(field);
        table = (field.reference.unwrap().target)();
    }
}

pub(super) fn int(value: i64) -> Node {
    Node::Value(Value::Int(value))
}
pub(super) fn text(value: &str) -> Node {
    Node::Value(Value::Text(value.into()))
}
pub(super) fn decimal(value: &str) -> Value {
    Value::Decimal(value.parse().unwrap())
}
pub(super) fn compare(op: CompareOp, left: Node, right: Node) -> Node {
    Node::Compare(op, Box::new([left, right]))
}
pub(super) fn eq(left: Node, right: Node) -> Node {
    compare(CompareOp::Eq, left, right)
}
pub(super) fn ne(left: Node, right: Node) -> Node {
    compare(CompareOp::Ne, left, right)
}
pub(super) fn lookup(lookup: TextLookup, left: Node, right: &str) -> Node {
    Node::Text(lookup, Box::new([left, text(right)]))
}
pub(super) fn not(node: Node) -> Node {
    Node::Not(Box::new(node))
}
pub(super) fn in_ints(node: Node, values: impl IntoIterator<Item = i64>) -> Node {
    Node::In(Box::new(node), Value::List(Type::I64, values.into_iter().map(Value::Int).collect()))
}
pub(super) fn aggregate(function: AggregateFunction, of: Option<Node>) -> Node {
    Node::Aggregate(Box::new(Aggregate { function, of, distinct: false, filter: None }))
}
