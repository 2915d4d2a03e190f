//! Shapes: the same text for other values, another text where it must be, nothing built twice.

use std::sync::Mutex;

use super::client::server;
use super::sample::*;
use super::select::{of, plan};
use crate::driver::{Backend, Server};
use crate::expr::{CompareOp, Node, TextLookup};
use crate::plan::{Output, Plan, Select};
use crate::sql::{builds, builds_here, cache, prepare};
use crate::types::{Type, Value};

/// Ten filters, as in the benchmark.
pub(super) fn ten(number: i64, word: &str) -> Plan {
    let filter = vec![
        eq(field(&ORDERS, "id"), int(number)),
        compare(CompareOp::Gt, field(&ORDERS, "customer"), int(number)),
        eq(field(&ORDERS, "customer.name"), text(word)),
        compare(CompareOp::Le, field(&ORDERS, "customer.age"), int(number + 1)),
        lookup(TextLookup::StartsWith, field(&ORDERS, "seller.name"), word),
        ne(field(&ORDERS, "seller.age"), int(number)),
        in_ints(field(&ORDERS, "seller"), [number, 2, 3]),
        Node::Any(vec![
            eq(field(&ORDERS, "id"), int(number)),
            Node::IsNull(Box::new(field(&ORDERS, "placed"))),
        ]),
        not(eq(field(&ORDERS, "customer"), int(number))),
        compare(CompareOp::Lt, field(&ORDERS, "id"), int(number)),
    ];
    plan(Select { filter, limit: Some(Value::Int(number)), ..Select::new(&ORDERS) })
}

/// A test that needs its shape to stay in the cache does not run beside the one that fills it.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn a_hit_builds_nothing() {
    let _alone = ALONE.lock().unwrap();
    for backend in super::client::BACKENDS {
        let (first, second) = (ten(1, "a"), ten(77, "other"));
        let fresh = Server { version: (99, 0, 0), ..server(backend) };
        let (all, before) = (builds(), builds_here());
        prepare(&first, fresh).unwrap();
        assert!(builds() > all && builds_here() > before, "{backend}: a new shape is counted");
        let one = prepare(&first, server(backend)).unwrap();
        let before = builds_here();
        let two = prepare(&second, server(backend)).unwrap();
        assert_eq!(builds_here(), before, "{backend}");
        assert!(std::sync::Arc::ptr_eq(one.sql(), two.sql()));
        let args = two.args();
        assert_eq!(args.first().map(|arg| arg.value), Some(&Value::Int(77)));
        assert_eq!(args.last().map(|arg| arg.value), Some(&Value::Int(77)));
        assert!(args.iter().any(|arg| *arg.value == Value::Text("other".into())));
        assert_eq!(args.len(), one.args().len());
    }
}

#[test]
fn what_the_text_depends_on_is_in_the_shape() {
    let sqlite = server(Backend::Sqlite);
    let differ = |a: Node, b: Node| {
        let [a, b] = [a, b].map(|node| plan(Select { filter: vec![node], ..Select::new(&LINES) }));
        let [a, b] = [&a, &b].map(|plan| prepare(plan, sqlite).unwrap().sql().to_string());
        assert_ne!(a, b);
    };
    let total = || field(&LINES, "total");
    let list = |many: i64| in_ints(field(&LINES, "order"), 0..many);
    differ(list(2), list(3));
    differ(eq(total(), Node::Value(decimal("1.5"))), eq(total(), Node::Value(decimal("1.555"))));
    let null = || Node::Value(Value::Null(Type::Text));
    differ(ne(field(&LINES, "item"), text("a")), ne(field(&LINES, "item"), null()));

    let same = |a: Node, b: Node| {
        let [a, b] = [a, b].map(|node| plan(Select { filter: vec![node], ..Select::new(&LINES) }));
        let [a, b] = [&a, &b].map(|plan| prepare(plan, sqlite).unwrap());
        assert!(std::sync::Arc::ptr_eq(a.sql(), b.sql()), "{} {}", a.sql(), b.sql());
    };
    same(list(3), list(4));
    same(eq(total(), Node::Value(decimal("1.5"))), eq(total(), Node::Value(decimal("2.50"))));

    // Another backend or version is another entry.
    let plan = plan(of(&LINES, &["item"]));
    let newer = Server { version: (3, 99, 0), ..sqlite };
    let texts = [sqlite, newer, server(Backend::MySql), server(Backend::MariaDb)]
        .map(|server| std::sync::Arc::clone(prepare(&plan, server).unwrap().sql()));
    for (at, text) in texts.iter().enumerate() {
        assert!(!texts.iter().skip(at + 1).any(|other| std::sync::Arc::ptr_eq(text, other)));
    }
}

#[test]
fn padding_repeats_the_last_value() {
    let select =
        plan(Select { filter: vec![in_ints(field(&LINES, "order"), [5, 6, 7])], ..Select::new(&LINES) });
    let prepared = prepare(&select, server(Backend::Sqlite)).unwrap();
    let values: Vec<_> = prepared.args().iter().map(|arg| arg.value.clone()).collect();
    assert_eq!(values, [5, 6, 7, 7].map(Value::Int));
    let prepared = prepare(&select, server(Backend::Postgres)).unwrap();
    assert_eq!(prepared.args().len(), 1);
}

#[test]
fn groups_that_differ_only_in_values_are_not_mixed_up() {
    let key = |group: i64, key: i64| {
        let by = |number| {
            Node::Arithmetic(crate::expr::ArithmeticOp::Div, Box::new([field(&USERS, "age"), int(number)]))
        };
        plan(Select {
            group: vec![by(group)],
            output: vec![Output::Expr(Node::Key(Box::new(by(key))))],
            ..Select::new(&USERS)
        })
    };
    for backend in [Backend::Sqlite, Backend::Postgres, Backend::MariaDb] {
        assert!(prepare(&key(10, 10), server(backend)).is_ok());
        assert!(prepare(&key(10, 5), server(backend)).is_err(), "{backend}");
        assert!(prepare(&key(5, 5), server(backend)).is_ok());
    }
}

#[test]
fn the_cache_is_bounded() {
    let _alone = ALONE.lock().unwrap();
    for at in 0..3 * cache::CAPACITY {
        // A shape of its own for each number: its digits say which comparisons.
        let filter = (0..12).map(|digit| {
            let op = if at >> digit & 1 == 0 { CompareOp::Lt } else { CompareOp::Gt };
            compare(op, field(&USERS, "id"), int(1))
        });
        let plan = plan(Select { filter: filter.collect(), ..of(&USERS, &["id"]) });
        prepare(&plan, server(Backend::Sqlite)).unwrap();
    }
    assert!(cache::len() <= cache::CAPACITY, "{}", cache::len());
    assert!(cache::len() > cache::CAPACITY / 2, "{}", cache::len());
}

/// Prints what a hit costs: `cargo test --release -p orm -- --ignored --nocapture what_a_hit_costs`.
#[test]
#[ignore = "a measurement, not a test"]
fn what_a_hit_costs() {
    let plan = ten(1, "a");
    for backend in super::client::BACKENDS {
        let rounds = 200_000_u32;
        prepare(&plan, server(backend)).unwrap();
        let start = std::time::Instant::now();
        for _ in 0..rounds {
            std::hint::black_box(prepare(std::hint::black_box(&plan), server(backend)).unwrap());
        }
        let hit = start.elapsed() / rounds;
        let start = std::time::Instant::now();
        for _ in 0..rounds {
            std::hint::black_box(prepare(std::hint::black_box(&plan), server(backend)).unwrap().args());
        }
        println!("{backend}: {hit:?} a hit, {:?} with its arguments", start.elapsed() / rounds);
    }
}
