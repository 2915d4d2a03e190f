//! What is refused, and that nothing is built for it.

use std::sync::Arc;

use super::client::server;
use super::sample::*;
use super::select::{by, of, plan};
use crate::driver::Backend;
use crate::error::{Error, ErrorKind};
use crate::expr::{AggregateFunction, ArithmeticOp, CompareOp, Node, Path, Quantifier};
use crate::plan::{Conflict, Delete, Insert, Output, Plan, Rows, Select, Update};
use crate::sql::prepare;
use crate::types::{Type, Value};

fn refused(plan: &Plan) -> Error {
    prepare(plan, server(Backend::Sqlite)).map(drop).unwrap_err()
}

fn invalid(select: Select) -> String {
    let error = refused(&plan(select));
    assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error}");
    error.to_string()
}

#[test]
fn writes_to_every_row_have_to_be_said() {
    let always = [
        vec![],
        vec![Node::All(vec![])],
        vec![Node::All(vec![Node::All(vec![]), Node::Not(Box::new(Node::Any(vec![])))])],
        vec![Node::Any(vec![Node::All(vec![])])],
        vec![not(in_ints(field(&USERS, "id"), []))],
        vec![Node::Value(Value::Bool(true))],
    ];
    for filter in always {
        let select = Select { filter, ..Select::new(&USERS) };
        let delete = |all| Plan::Delete(Box::new(Delete { select: select.clone(), all }));
        let set = vec![(&USER_FIELDS[2], int(1))];
        let update = |all| Plan::Update(Box::new(Update { select: select.clone(), set: set.clone(), all }));
        for unfiltered in [delete(false), update(false)] {
            let error = refused(&unfiltered);
            assert_eq!(error.kind(), &ErrorKind::UnfilteredWrite);
            assert_eq!(error.model(), Some("User"));
        }
        for meant in [delete(true), update(true)] {
            assert!(prepare(&meant, server(Backend::Sqlite)).is_ok());
        }
    }
    let never = Select { filter: vec![Node::Any(vec![])], ..Select::new(&USERS) };
    assert!(
        prepare(&Plan::Delete(Box::new(Delete { select: never, all: false })), server(Backend::MySql))
            .is_ok()
    );
}

#[test]
fn wrong_queries_name_model_and_field() {
    let text = invalid(Select { filter: vec![eq(field(&ORDERS, "placed"), int(1))], ..Select::new(&USERS) });
    assert!(text.contains("User::placed"), "{text}");
    let text = invalid(Select { filter: vec![in_ints(field(&NOTES, "line"), [1])], ..Select::new(&NOTES) });
    assert!(text.contains("Note"), "{text}");
    let sum = Node::Arithmetic(ArithmeticOp::Add, Box::new([field(&NOTES, "line"), int(1)]));
    let text = invalid(Select { output: vec![Output::Expr(sum)], ..Select::new(&NOTES) });
    assert!(text.contains("Note::line"), "{text}");
    let count = || aggregate(AggregateFunction::Count, None);
    let text = invalid(Select {
        group: vec![field(&ORDERS, "customer")],
        output: vec![Output::Expr(Node::Key(Box::new(field(&ORDERS, "seller")))), Output::Expr(count())],
        ..Select::new(&ORDERS)
    });
    assert!(text.contains("Order::seller") && text.contains("group_by"), "{text}");
    let bare = vec![Output::Expr(field(&ORDERS, "seller")), Output::Expr(count())];
    assert!(invalid(Select { output: bare, ..Select::new(&ORDERS) }).contains("Order::seller"));
    let filter = vec![compare(CompareOp::Gt, count(), int(1))];
    assert!(invalid(Select { filter, ..Select::new(&ORDERS) }).contains("having"));
    let unselected =
        Select { distinct: true, order: vec![by(field(&ORDERS, "id"))], ..of(&ORDERS, &["customer"]) };
    assert!(invalid(unselected).contains("Order::id"));
    invalid(Select { limit: Some(Value::Int(-1)), ..Select::new(&ORDERS) });
    let inner = Select { limit: Some(Value::Int(1)), ..Select::new(&ORDERS) };
    let limited = Node::Related(Quantifier::Any, Box::new(ORDERS_OF_CUSTOMER), Path::EMPTY, Arc::new(inner));
    invalid(Select { filter: vec![limited], ..Select::new(&USERS) });
    let elsewhere =
        Node::Related(Quantifier::Any, Box::new(LINES_OF_ORDER), Path::EMPTY, Arc::new(Select::new(&LINES)));
    invalid(Select { filter: vec![elsewhere], ..Select::new(&USERS) });

    let mut path = Path::EMPTY;
    for _ in 0..7 {
        path = path.push(&USER_FIELDS[4]);
    }
    invalid(Select { output: vec![Output::Model(path)], ..Select::new(&USERS) });
}

#[test]
fn deep_nests_are_refused_long_before_the_stack_ends() {
    let mut node = eq(field(&USERS, "id"), int(1));
    for _ in 0..300 {
        node = not(Node::All(vec![node, eq(field(&USERS, "id"), int(1))]));
    }
    assert!(invalid(Select { filter: vec![node], ..Select::new(&USERS) }).contains("deep"));
    // A chain built step by step is flat.
    let mut chain = eq(field(&USERS, "id"), int(1));
    for _ in 0..400 {
        chain = Node::All(vec![chain, eq(field(&USERS, "id"), int(1))]);
    }
    assert!(
        prepare(&plan(Select { filter: vec![chain], ..Select::new(&USERS) }), server(Backend::MySql)).is_ok()
    );
    let mut deepest = field(&USERS, "id");
    for _ in 0..90 {
        deepest = Node::Arithmetic(ArithmeticOp::Sub, Box::new([int(1), deepest]));
    }
    let select = plan(Select { filter: vec![eq(deepest, int(1))], ..Select::new(&USERS) });
    for backend in super::client::BACKENDS {
        assert!(prepare(&select, server(backend)).is_ok());
    }
}

#[test]
fn too_many_values_name_the_limit() {
    let many = plan(Select { filter: vec![in_ints(field(&USERS, "id"), 0..40_000)], ..Select::new(&USERS) });
    assert!(refused(&many).to_string().contains("32766"));
    assert!(prepare(&many, server(Backend::Postgres)).is_ok());
    assert!(prepare(&many, server(Backend::MySql)).is_ok());
    let most = plan(Select { filter: vec![in_ints(field(&USERS, "id"), 0..32_766)], ..Select::new(&USERS) });
    assert_eq!(prepare(&most, server(Backend::Sqlite)).unwrap().args().len(), 32_766);
}

#[test]
fn inserts_must_be_of_one_piece() {
    let insert = |fields: &[usize], values: Vec<Value>, count| {
        Plan::Insert(Box::new(Insert {
            table: &USERS,
            fields: fields.iter().map(|at| &USER_FIELDS[*at]).collect(),
            rows: Rows::Flat { count, values },
            conflict: Conflict::Refused,
            returning: false,
        }))
    };
    for plan in [
        insert(&[0, 2], vec![Value::Int(1)], 1),
        insert(&[0], vec![], 0),
        insert(&[0, 0], vec![Value::Int(1), Value::Int(2)], 1),
    ] {
        assert!(matches!(refused(&plan).kind(), ErrorKind::InvalidQuery { .. }));
    }
    let mysql = Plan::Insert(Box::new(Insert {
        table: &USERS,
        fields: vec![&USER_FIELDS[2]],
        rows: Rows::Flat { count: 1, values: vec![Value::Null(Type::I32)] },
        conflict: Conflict::Refused,
        returning: true,
    }));
    let error = prepare(&mysql, server(Backend::MySql)).map(drop).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error}");
}

#[test]
fn decimals_are_not_divided() {
    let division =
        Node::Arithmetic(ArithmeticOp::Div, Box::new([field(&LINES, "total"), Node::Value(decimal("3"))]));
    let select = plan(Select { output: vec![Output::Expr(division)], ..Select::new(&LINES) });
    for backend in super::client::BACKENDS {
        let error = prepare(&select, server(backend)).map(drop).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error}");
    }
}
