//! Conditions: two values, exact text, exact decimals.

use std::sync::Arc;

use super::client::clients;
use super::sample::*;
use super::select::{by, expect, of};
use crate::expr::{ArithmeticOp, CompareOp, Node, Path, Quantifier, TextLookup};
use crate::plan::{Output, Select};
use crate::types::{Type, Value};

fn users(filter: Node) -> Select {
    Select { filter: vec![filter], order: vec![by(field(&USERS, "id"))], ..of(&USERS, &["id"]) }
}

/// Asserts which users fulfil the condition, and that the others fulfil its negation; as a filter and as a
/// value, alone and beside others.
fn splits(clients: &[super::client::Client], condition: Node, yes: &[&str]) {
    let no: Vec<_> = ["1", "2", "3", "4"].into_iter().filter(|id| !yes.contains(id)).collect();
    expect(clients, &users(condition.clone()), yes);
    expect(clients, &users(not(condition.clone())), &no);
    expect(clients, &users(not(not(condition.clone()))), yes);
    expect(clients, &users(not(Node::All(vec![condition.clone(), Node::All(vec![])]))), &no);
    let selected = Select { output: vec![Output::Expr(condition)], ..users(Node::All(vec![])) };
    for client in clients {
        let rows = client.ask(&super::select::plan(selected.clone()));
        let truths: Vec<_> =
            (1..=4).map(|id| if yes.contains(&&*id.to_string()) { "1t" } else { "0f" }).collect();
        assert_eq!(rows.len(), 4);
        for (row, truth) in rows.iter().zip(truths) {
            assert!(truth.contains(row) && !row.is_empty(), "{}: {rows:?}", client.server.backend);
        }
    }
}

#[test]
fn comparisons_with_null_are_false_and_their_negation_true() {
    let clients = clients();
    let age = || field(&USERS, "age");
    splits(&clients, eq(age(), int(25)), &["3"]);
    splits(&clients, ne(age(), int(25)), &["1", "2", "4"]);
    splits(&clients, compare(CompareOp::Gt, age(), int(30)), &["1", "4"]);
    splits(&clients, compare(CompareOp::Le, age(), int(31)), &["3", "4"]);
    splits(&clients, Node::IsNull(Box::new(age())), &["2"]);
    splits(&clients, Node::Between(Box::new([age(), int(25), int(31)])), &["3", "4"]);
    // Both sides can be NULL: user 2 has neither age nor, through the boss's boss, another.
    splits(&clients, eq(age(), field(&USERS, "boss.age")), &[]);
    splits(&clients, ne(age(), field(&USERS, "boss.age")), &["1", "2", "3", "4"]);
    splits(&clients, eq(age(), Node::Value(Value::Null(Type::I32))), &[]);
    splits(&clients, ne(field(&USERS, "id"), int(2)), &["1", "3", "4"]);
    splits(&clients, field(&USERS, "active"), &["1", "3"]);
    splits(&clients, eq(field(&USERS, "active"), Node::Value(Value::Bool(false))), &["2", "4"]);
    splits(&clients, eq(compare(CompareOp::Gt, age(), int(30)), field(&USERS, "active")), &["1", "2"]);
}

#[test]
fn empty_conditions_are_constants() {
    let clients = clients();
    splits(&clients, Node::All(vec![]), &["1", "2", "3", "4"]);
    splits(&clients, Node::Any(vec![]), &[]);
    splits(&clients, in_ints(field(&USERS, "age"), []), &[]);
    // Long chains are no deep nests, neither for us nor for SQLite.
    let chain = (0..3000).map(|at| eq(field(&USERS, "id"), int(at % 2 + 3))).collect();
    splits(&clients, Node::Any(chain), &["3", "4"]);
}

#[test]
fn lists_of_any_length() {
    let clients = clients();
    let age = || field(&USERS, "age");
    splits(&clients, in_ints(age(), [25, 31, 99]), &["3", "4"]);
    splits(&clients, in_ints(age(), [40]), &["1"]);
    splits(&clients, in_ints(field(&USERS, "id"), 2..3000), &["2", "3", "4"]);
    let scores = Value::List(Type::U64, vec![Value::UInt(7), Value::UInt(u64::MAX / 2)]);
    splits(&clients, Node::In(Box::new(field(&USERS, "score")), scores), &["1"]);
    let names = Value::List(Type::Text, vec![Value::Text("ANN".into()), Value::Text("bob".into())]);
    splits(&clients, Node::In(Box::new(field(&USERS, "name")), names), &["2"]);
}

#[test]
fn sub_queries_ignore_nulls() {
    let clients = clients();
    let sellers = || Arc::new(of(&ORDERS, &["seller"]));
    splits(&clients, Node::InSelect(Box::new(field(&USERS, "id")), sellers()), &["1", "3"]);
    splits(&clients, Node::InSelect(Box::new(field(&USERS, "boss")), sellers()), &["2"]);
    let first = Select {
        limit: Some(Value::Int(1)),
        order: vec![by(field(&ORDERS, "id"))],
        ..of(&ORDERS, &["customer"])
    };
    splits(&clients, Node::InSelect(Box::new(field(&USERS, "id")), Arc::new(first)), &["1"]);
}

#[test]
fn text_is_looked_up_literally() {
    use TextLookup::{Contains, EndsWith, StartsWith};

    let clients = clients();
    let name = || field(&USERS, "name");
    for (how, what, yes) in [
        (StartsWith, "An", &["1", "4"][..]),
        (StartsWith, "an", &["3"]),
        (StartsWith, "An%", &["4"]),
        (StartsWith, "A_", &[]),
        (StartsWith, "An%_|\u{e9}", &["4"]),
        (StartsWith, "An%_|\u{e9}x", &[]),
        (StartsWith, "", &["1", "2", "3", "4"]),
        (Contains, "nn", &["1", "3"]),
        (Contains, "_", &["4"]),
        (Contains, "%", &["4"]),
        (Contains, "\\", &[]),
        (Contains, "NN", &[]),
        (Contains, "", &["1", "2", "3", "4"]),
        (EndsWith, "n", &["1"]),
        (EndsWith, "na", &["3"]),
        (EndsWith, "\u{e9}", &["4"]),
        (EndsWith, "|\u{e9}", &["4"]),
        (EndsWith, "xxbob", &[]),
        (EndsWith, "bob", &["2"]),
        (EndsWith, "", &["1", "2", "3", "4"]),
    ] {
        splits(&clients, lookup(how, name(), what), yes);
    }
    // No text is no text, whatever is looked for.
    splits(&clients, lookup(Contains, field(&USERS, "boss.name"), ""), &["2", "3"]);
    splits(&clients, lookup(EndsWith, field(&USERS, "boss.name"), ""), &["2", "3"]);
    splits(&clients, lookup(StartsWith, field(&USERS, "boss.name"), ""), &["2", "3"]);
    splits(&clients, lookup(StartsWith, text("Anna"), "an"), &[]);
    splits(&clients, eq(text("a"), text("A")), &[]);
    splits(&clients, Node::Text(StartsWith, Box::new([name(), field(&USERS, "boss.name")])), &[]);
}

#[test]
fn related_rows_are_asked_about_without_multiplying() {
    let clients = clients();
    let related = |quantifier, filter: Vec<Node>| {
        let inner = Select { filter, ..Select::new(&ORDERS) };
        Node::Related(quantifier, Box::new(ORDERS_OF_CUSTOMER), Path::EMPTY, Arc::new(inner))
    };
    splits(&clients, related(Quantifier::Any, vec![]), &["1", "3"]);
    splits(&clients, related(Quantifier::None, vec![]), &["2", "4"]);
    let sold = || eq(field(&ORDERS, "seller.name"), text("Ann"));
    splits(&clients, related(Quantifier::Any, vec![sold()]), &["3"]);
    splits(&clients, related(Quantifier::None, vec![sold()]), &["1", "2", "4"]);
    let many = compare(CompareOp::Ge, related(Quantifier::Count, vec![]), int(2));
    splits(&clients, many, &["1"]);
    // From the boss, and nested: whose boss has an order with a cheap line.
    let cheap = eq(field(&LINES, "item"), text("ink"));
    let lines = Select { filter: vec![cheap], ..Select::new(&LINES) };
    let with_line = Node::Related(Quantifier::Any, Box::new(LINES_OF_ORDER), Path::EMPTY, Arc::new(lines));
    let orders = Select { filter: vec![with_line], ..Select::new(&ORDERS) };
    let (boss, _) = way_to(&USERS, "boss.id");
    splits(
        &clients,
        Node::Related(Quantifier::Any, Box::new(ORDERS_OF_CUSTOMER), boss, Arc::new(orders)),
        &["2"],
    );
}

#[test]
fn decimals_are_exact_at_any_scale() {
    let clients = clients();
    let lines = |filter| Select {
        filter: vec![filter],
        order: vec![by(field(&LINES, "order")), by(field(&LINES, "number"))],
        ..of(&LINES, &["order", "number"])
    };
    let total = || field(&LINES, "total");
    let value = |text| Node::Value(decimal(text));
    expect(&clients, &lines(compare(CompareOp::Gt, total(), value("5.005"))), &["10|2"]);
    expect(&clients, &lines(compare(CompareOp::Ge, total(), value("5"))), &["10|1", "10|2"]);
    expect(&clients, &lines(eq(total(), value("5.0100"))), &["10|2"]);
    expect(&clients, &lines(compare(CompareOp::Lt, total(), value("-0.0299"))), &["11|1"]);
    // Columns of different scales: 5.00 * 0.1250 = 0.625.
    let product = || Node::Arithmetic(ArithmeticOp::Mul, Box::new([total(), field(&LINES, "rate")]));
    expect(&clients, &lines(eq(product(), value("0.625"))), &["10|1"]);
    let sum = Node::Arithmetic(ArithmeticOp::Add, Box::new([total(), field(&LINES, "rate")]));
    expect(&clients, &lines(compare(CompareOp::Gt, sum, value("5.12499"))), &["10|1"]);
    expect(&clients, &lines(compare(CompareOp::Lt, field(&LINES, "rate"), total())), &["10|1"]);
    let list = Value::List(Type::Decimal, vec![decimal("5.01"), decimal("0.125")]);
    expect(&clients, &lines(Node::In(Box::new(total()), list.clone())), &["10|2"]);
    expect(&clients, &lines(Node::In(Box::new(field(&LINES, "rate")), list)), &["10|1"]);
    let between = Node::Between(Box::new([total(), value("5.001"), value("5.0100001")]));
    expect(&clients, &lines(between), &["10|2"]);
}

#[test]
fn arithmetic_is_the_same_everywhere() {
    use ArithmeticOp::{Add, Div, Mul, Sub};

    let clients = clients();
    let op = |op, left, right| Node::Arithmetic(op, Box::new([left, right]));
    let one = |node| Select {
        filter: vec![eq(field(&USERS, "id"), int(3))],
        output: vec![Output::Expr(node)],
        ..Select::new(&USERS)
    };
    let age = || field(&USERS, "age");
    expect(&clients, &one(op(Div, age(), int(4))), &["6"]);
    expect(&clients, &one(op(Div, op(Sub, int(0), age()), int(4))), &["-6"]);
    expect(&clients, &one(op(Div, age(), int(0))), &["~"]);
    // 25 * 25 * … beyond 32 bits, from columns of 32 bits.
    let square = || op(Mul, age(), age());
    let sixth = op(Mul, op(Mul, square(), square()), op(Mul, square(), square()));
    expect(&clients, &one(sixth), &["152587890625"]);
    // Below zero, from columns without a sign.
    let uint = |value| Node::Value(Value::UInt(value));
    let below = compare(CompareOp::Lt, op(Sub, field(&USERS, "score"), uint(8)), uint(0));
    splits(&clients, below, &["1", "2", "4"]);
    let four = Node::Value(Value::UInt(4));
    expect(&clients, &one(op(Div, field(&USERS, "score"), four)), &["2"]);
    let filter = compare(CompareOp::Gt, op(Add, op(Mul, age(), int(2)), int(1)), int(60));
    splits(&clients, filter, &["1", "4"]);
}
