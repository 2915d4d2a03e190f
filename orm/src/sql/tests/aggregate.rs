//! Groups and aggregates.

use std::sync::Arc;

use super::client::{Client, clients};
use super::sample::*;
use super::select::{by, expect, of, plan};
use crate::driver::Backend;
use crate::expr::{Aggregate, AggregateFunction, ArithmeticOp, CompareOp, Node, Path, Quantifier};
use crate::plan::{Output, Plan, Select};
use crate::sql::prepare;

use AggregateFunction::{Avg, Count, Max, Min, Sum};

fn of_exprs(table: &'static crate::model::Table, nodes: Vec<Node>) -> Select {
    Select { output: nodes.into_iter().map(Output::Expr).collect(), ..Select::new(table) }
}

fn key(node: Node) -> Node {
    Node::Key(Box::new(node))
}

/// Asserts what one aggregate gives, as a number: how many zeros are written differs between clients.
fn gives(clients: &[Client], table: &'static crate::model::Table, node: Node, expected: Option<f64>) {
    let select = of_exprs(table, vec![node]);
    for client in clients {
        let plan = plan(select.clone());
        let scale = prepare(&plan, client.server).unwrap().scales().first().copied().unwrap_or(0);
        let rows = client.ask(&plan);
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        let found = row.parse::<f64>().ok().map(|number| number / 10_f64.powi(scale.into()));
        // SQLite's client writes 15 digits.
        let near = found.zip(expected).is_some_and(|(found, expected)| (found - expected).abs() < 1e-14);
        let exact = client.server.backend != Backend::Sqlite;
        assert!(found == expected || (near && !exact), "{}: {row}", client.server.backend);
    }
}

#[test]
fn aggregates_over_all_rows() {
    let clients = clients();
    let age = || Some(field(&USERS, "age"));
    gives(&clients, &USERS, aggregate(Count, None), Some(4.0));
    gives(&clients, &USERS, aggregate(Count, age()), Some(3.0));
    gives(&clients, &USERS, aggregate(Sum, age()), Some(96.0));
    gives(&clients, &USERS, aggregate(Avg, age()), Some(32.0));
    gives(&clients, &USERS, aggregate(Avg, Some(field(&USERS, "score"))), Some(4.5));
    gives(&clients, &USERS, aggregate(Max, Some(field(&USERS, "score"))), Some(9.0));
    gives(&clients, &LINES, aggregate(Sum, Some(field(&LINES, "total"))), Some(9.98));
    gives(&clients, &LINES, aggregate(Min, Some(field(&LINES, "total"))), Some(-0.03));
    gives(&clients, &LINES, aggregate(Avg, Some(field(&LINES, "total"))), Some(9.98 / 3.0));
    gives(&clients, &NOTES, aggregate(Count, Some(field(&NOTES, "line"))), Some(2.0));
    let single = f64::from(0.5_f32) + f64::from(0.25_f32) + f64::from(0.1_f32) + f64::from(1.5_f32);
    for client in clients.iter() {
        // SQLite's own client wrote 0.1 in double precision.
        if client.server.backend != Backend::Sqlite {
            let rows =
                client.ask(&plan(of_exprs(&USERS, vec![aggregate(Sum, Some(field(&USERS, "ratio")))])));
            assert_eq!(rows, [single.to_string()], "{}", client.server.backend);
        }
    }
}

#[test]
fn aggregates_over_nothing_and_over_some() {
    let clients = clients();
    let none = Some(compare(CompareOp::Gt, field(&USERS, "age"), int(1000)));
    let some = || Some(compare(CompareOp::Ge, field(&USERS, "age"), int(31)));
    let filtered = |function, of: Option<&str>, distinct, filter: Option<Node>| {
        let of = of.map(|name| field(&USERS, name));
        Node::Aggregate(Box::new(Aggregate { function, of, distinct, filter }))
    };
    for function in [Sum, Avg, Min, Max] {
        gives(&clients, &USERS, filtered(function, Some("age"), false, none.clone()), None);
    }
    gives(&clients, &USERS, filtered(Count, Some("age"), false, none), Some(0.0));
    gives(&clients, &USERS, filtered(Count, None, false, some()), Some(2.0));
    gives(&clients, &USERS, filtered(Avg, Some("age"), false, some()), Some(35.5));
    gives(&clients, &USERS, filtered(Count, Some("active"), true, None), Some(2.0));
    gives(&clients, &USERS, filtered(Count, Some("active"), true, some()), Some(2.0));
    gives(&clients, &USERS, filtered(Sum, Some("age"), true, some()), Some(71.0));
    let two = Node::Arithmetic(ArithmeticOp::Add, Box::new([filtered(Count, None, false, None), int(1)]));
    gives(&clients, &USERS, two, Some(5.0));
}

#[test]
fn groups_with_having_and_order() {
    let clients = clients();
    let select = Select {
        group: vec![field(&ORDERS, "customer"), field(&ORDERS, "customer.name")],
        having: vec![compare(CompareOp::Ge, aggregate(Count, None), int(1))],
        order: vec![by(aggregate(Count, None)), by(key(field(&ORDERS, "customer.name")))],
        ..of_exprs(
            &ORDERS,
            vec![
                key(field(&ORDERS, "customer.name")),
                aggregate(Count, None),
                aggregate(Max, Some(field(&ORDERS, "placed"))),
            ],
        )
    };
    for client in clients.iter() {
        let rows = client.ask(&plan(select.clone()));
        assert_eq!(rows.len(), 2);
        assert!(
            rows[0].starts_with("anna|1|2024-06-01") && rows[1].starts_with("Ann|2|2024-05-01"),
            "{rows:?}"
        );
        assert_eq!(client.ask(&Plan::Count(Box::new(select.clone()))), ["2"]);
        let none =
            Select { having: vec![compare(CompareOp::Gt, aggregate(Count, None), int(2))], ..select.clone() };
        assert_eq!(client.ask(&Plan::Count(Box::new(none.clone()))), ["0"]);
        let exists = client.ask(&Plan::Exists(Box::new(none)));
        assert!(exists == ["f"] || exists == ["0"], "{exists:?}");
        let one = Select {
            group: vec![],
            having: vec![],
            order: vec![],
            ..of_exprs(&ORDERS, vec![aggregate(Count, None)])
        };
        assert_eq!(client.ask(&Plan::Count(Box::new(one.clone()))), ["1"]);
    }
    let composite = Select {
        group: vec![field(&NOTES, "line")],
        order: vec![by(key(field(&NOTES, "line")))],
        ..of_exprs(&NOTES, vec![key(field(&NOTES, "line")), aggregate(Count, None)])
    };
    expect(&clients, &composite, &["~|~|1", "10|1|1", "11|1|1"]);
}

#[test]
fn groups_by_an_expression_with_values() {
    let decade = || Node::Arithmetic(ArithmeticOp::Div, Box::new([field(&USERS, "age"), int(10)]));
    let select = Select {
        group: vec![decade()],
        having: vec![compare(CompareOp::Lt, key(decade()), int(9))],
        order: vec![by(key(decade()))],
        ..of_exprs(&USERS, vec![key(decade()), aggregate(Count, None)])
    };
    let clients = clients();
    expect(&clients, &select, &["2|1", "3|1", "4|1"]);
    for client in clients.iter() {
        assert_eq!(client.ask(&Plan::Count(Box::new(select.clone()))), ["3"], "{}", client.server.backend);
    }
    // Inside of another expression MySQL does not know it again.
    let twice = Node::Arithmetic(ArithmeticOp::Mul, Box::new([key(decade()), int(20)]));
    let select = Select { having: vec![], order: vec![], output: vec![Output::Expr(twice)], ..select };
    for client in clients.iter() {
        if client.server.backend == Backend::MySql {
            let error = prepare(&plan(select.clone()), client.server).map(drop).unwrap_err();
            assert!(matches!(error.kind(), crate::ErrorKind::Unsupported { .. }), "{error}");
        } else {
            let mut rows = client.ask(&plan(select.clone()));
            rows.sort_unstable();
            assert_eq!(rows, ["40", "60", "80", "~"], "{}", client.server.backend);
        }
    }
}

#[test]
fn aggregates_over_related_rows() {
    let clients = clients();
    let related = |quantifier, output: Node| {
        let inner = of_exprs(&LINES, vec![output]);
        Node::Related(quantifier, Box::new(LINES_OF_ORDER), Path::EMPTY, Arc::new(inner))
    };
    let orders = |node| Select {
        order: vec![by(field(&ORDERS, "id"))],
        output: vec![Output::Expr(field(&ORDERS, "id")), Output::Expr(node)],
        ..of(&ORDERS, &[])
    };
    expect(&clients, &orders(related(Quantifier::Count, int(1))), &["10|2", "11|1", "12|0"]);
    let total = aggregate(Sum, Some(field(&LINES, "total")));
    let select = orders(related(Quantifier::Aggregate, total));
    for client in clients.iter() {
        let rows = client.ask(&plan(select.clone()));
        let expected = match client.server.backend {
            Backend::Sqlite => ["10|1001", "11|-3", "12|~"],
            _ => ["10|10.01", "11|-0.03", "12|~"],
        };
        assert_eq!(rows, expected);
        assert_eq!(
            prepare(&plan(select.clone()), client.server).unwrap().scales(),
            if client.server.backend == Backend::Sqlite { &[0, 2][..] } else { &[] }
        );
    }
}
