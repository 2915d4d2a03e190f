//! Joins, orders, limits, counts.

use super::client::{clients, server};
use super::sample::*;
use crate::driver::Backend;
use crate::expr::{CompareOp, Node, Nulls, Order, Path};
use crate::plan::{Output, Plan, Select};
use crate::sql::prepare;
use crate::types::Value;

pub(super) fn of(table: &'static crate::model::Table, outputs: &[&str]) -> Select {
    Select {
        output: outputs.iter().map(|way| Output::Expr(field(table, way))).collect(),
        ..Select::new(table)
    }
}

pub(super) fn by(node: Node) -> Order {
    Order { node, descending: false, nulls: Nulls::Smallest }
}

pub(super) fn plan(select: Select) -> Plan {
    Plan::Select(Box::new(select))
}

/// Asserts that every server gives these rows.
pub(super) fn expect(clients: &[super::client::Client], select: &Select, rows: &[&str]) {
    for client in clients {
        assert_eq!(client.ask(&plan(select.clone())), rows, "{}", client.server.backend);
    }
}

#[test]
fn the_texts_are_as_plain_as_they_can_be() {
    let select = Select {
        filter: vec![
            eq(field(&ORDERS, "customer.name"), text("Ann")),
            compare(CompareOp::Gt, field(&ORDERS, "customer.age"), int(18)),
        ],
        order: vec![by(field(&ORDERS, "placed"))],
        limit: Some(Value::Int(5)),
        ..of(&ORDERS, &["id", "seller.id"])
    };
    let plan = plan(select);
    let texts: Vec<_> = [Backend::Sqlite, Backend::Postgres, Backend::MySql]
        .map(|backend| prepare(&plan, server(backend)).unwrap().sql().to_string())
        .into();
    assert_eq!(
        texts[0],
        "SELECT \"t0\".\"id\", \"t0\".\"seller_id\" FROM \"shop_order\" AS \"t0\" INNER JOIN \"shop_us`er\"\"s\" AS \"t1\" \
         ON \"t0\".\"customer_id\" = \"t1\".\"id\" WHERE \"t1\".\"name\" = ? AND \"t1\".\"age\" > ? \
         ORDER BY \"t0\".\"placed\" ASC LIMIT +?"
    );
    assert_eq!(
        texts[1],
        "SELECT \"t0\".\"id\", \"t0\".\"seller_id\" FROM \"shop_order\" AS \"t0\" INNER JOIN \"shop_us`er\"\"s\" AS \"t1\" \
         ON \"t0\".\"customer_id\" = \"t1\".\"id\" WHERE \"t1\".\"name\" = $1 AND \"t1\".\"age\" > $2 \
         ORDER BY \"t0\".\"placed\" ASC NULLS FIRST LIMIT $3"
    );
    assert_eq!(
        texts[2],
        "SELECT `t0`.`id`, `t0`.`seller_id` FROM `shop_order` AS `t0` INNER JOIN `shop_us``er\"s` AS `t1` \
         ON `t0`.`customer_id` = `t1`.`id` WHERE `t1`.`name` = ? AND `t1`.`age` > ? \
         ORDER BY `t0`.`placed` ASC LIMIT ?"
    );
}

#[test]
fn nullable_foreign_keys_join_left_and_drop_no_row() {
    let clients = clients();
    let select = Select {
        order: vec![by(field(&ORDERS, "id"))],
        ..of(&ORDERS, &["id", "seller.name", "customer.boss.boss.name"])
    };
    expect(&clients, &select, &["10|anna|~", "11|~|~", "12|Ann|Ann"]);

    // Under OR and NOT the row without a seller stays.
    let seller = || eq(field(&ORDERS, "seller.name"), text("anna"));
    let either = Node::Any(vec![seller(), eq(field(&ORDERS, "id"), int(11))]);
    expect(&clients, &Select { filter: vec![either], ..select.clone() }, &["10|anna|~", "11|~|~"]);
    let other = Select { filter: vec![not(seller())], ..select.clone() };
    expect(&clients, &other, &["11|~|~", "12|Ann|Ann"]);

    let (path, _) = way_to(&ORDERS, "seller.id");
    let models = Select {
        output: vec![Output::Expr(field(&ORDERS, "id")), Output::Model(path)],
        filter: vec![eq(field(&ORDERS, "id"), int(11))],
        ..Select::new(&ORDERS)
    };
    expect(&clients, &models, &["11|~|~|~|~|~|~|~"]);
}

#[test]
fn null_is_the_smallest_unless_said_otherwise() {
    let clients = clients();
    for (descending, nulls, rows) in [
        (false, Nulls::Smallest, ["2", "3", "4", "1"]),
        (true, Nulls::Smallest, ["1", "4", "3", "2"]),
        (false, Nulls::First, ["2", "3", "4", "1"]),
        (false, Nulls::Last, ["3", "4", "1", "2"]),
        (true, Nulls::First, ["2", "1", "4", "3"]),
        (true, Nulls::Last, ["1", "4", "3", "2"]),
    ] {
        let order = vec![Order { node: field(&USERS, "age"), descending, nulls }];
        expect(&clients, &Select { order, ..of(&USERS, &["id"]) }, &rows);
    }
    // Code points: capitals before small letters.
    let names = Select { order: vec![by(field(&USERS, "name"))], ..of(&USERS, &["id"]) };
    expect(&clients, &names, &["4", "1", "3", "2"]);
}

#[test]
fn limits_and_offsets_alone_and_together() {
    let clients = clients();
    for (limit, offset, rows) in [
        (Some(2), None, &["1", "2"][..]),
        (None, Some(2), &["3", "4"]),
        (Some(1), Some(1), &["2"]),
        (Some(0), None, &[]),
    ] {
        let select = Select {
            limit: limit.map(Value::Int),
            offset: offset.map(Value::Int),
            order: vec![by(field(&USERS, "id"))],
            ..of(&USERS, &["id"])
        };
        expect(&clients, &select, rows);
        for client in clients.iter() {
            let count = client.ask(&Plan::Count(Box::new(select.clone())));
            assert_eq!(count, [rows.len().to_string()], "{}", client.server.backend);
            let exists = client.ask(&Plan::Exists(Box::new(select.clone())));
            let (yes, no) = if client.server.backend == Backend::Postgres { ("t", "f") } else { ("1", "0") };
            assert_eq!(exists, [if rows.is_empty() { no } else { yes }], "{}", client.server.backend);
        }
    }
}

#[test]
fn distinct_rows_are_counted_and_ordered() {
    let clients = clients();
    let select =
        Select { distinct: true, order: vec![by(field(&ORDERS, "customer"))], ..of(&ORDERS, &["customer"]) };
    expect(&clients, &select, &["1", "3"]);
    let (path, _) = way_to(&ORDERS, "customer.id");
    let models = Select {
        output: vec![Output::Model(path)],
        order: vec![by(field(&ORDERS, "customer.id"))],
        ..select.clone()
    };
    for client in clients.iter() {
        assert_eq!(client.ask(&Plan::Count(Box::new(select.clone()))), ["2"]);
        assert_eq!(client.ask(&Plan::Count(Box::new(models.clone()))), ["2"]);
        let rows = client.ask(&plan(models.clone()));
        assert!(rows.len() == 2 && rows[0].starts_with("1|Ann"), "{rows:?}");
    }
}

#[test]
fn composite_keys_are_compared_part_by_part() {
    let clients = clients();
    let pair = |order, number| Value::Tuple(vec![Value::Int(order), Value::Int(number)]);
    let notes =
        |filter| Select { filter: vec![filter], order: vec![by(field(&NOTES, "id"))], ..of(&NOTES, &["id"]) };
    let line = || field(&NOTES, "line");
    expect(&clients, &notes(eq(line(), Node::Value(pair(10, 1)))), &["1"]);
    // The note without a line is not that line either.
    expect(&clients, &notes(ne(line(), Node::Value(pair(10, 1)))), &["2", "3"]);
    let later = compare(CompareOp::Gt, line(), Node::Value(pair(10, 2)));
    expect(&clients, &notes(later), &["3"]);
    let list = Value::List(crate::types::Type::I32, vec![pair(10, 1), pair(11, 1), pair(12, 9)]);
    expect(&clients, &notes(Node::In(Box::new(line()), list.clone())), &["1", "3"]);
    expect(&clients, &notes(not(Node::In(Box::new(line()), list))), &["2"]);
    expect(&clients, &notes(Node::IsNull(Box::new(line()))), &["2"]);
    expect(&clients, &notes(not(Node::IsNull(Box::new(line())))), &["1", "3"]);
    // Over the composite key, and part of it without a join.
    expect(&clients, &notes(eq(field(&NOTES, "line.item"), text("pen"))), &["1", "3"]);
    let part = plan(of(&NOTES, &["line.number"]));
    assert!(!prepare(&part, server(Backend::Sqlite)).unwrap().sql().contains("JOIN"));
    let through =
        Select { order: vec![by(field(&NOTES, "id"))], ..of(&NOTES, &["line.order.customer.name", "line"]) };
    expect(&clients, &through, &["Ann|10|1", "~|~|~", "Ann|11|1"]);
}

#[test]
fn one_join_serves_all_paths_that_begin_alike() {
    let select = Select {
        filter: vec![
            eq(field(&ORDERS, "customer.name"), text("a")),
            eq(field(&ORDERS, "customer.boss.name"), text("b")),
        ],
        output: vec![Output::Model(Path::EMPTY), Output::Expr(field(&ORDERS, "customer.boss.age"))],
        ..Select::new(&ORDERS)
    };
    let plan = plan(select);
    let sql = prepare(&plan, server(Backend::Postgres)).unwrap().sql().to_string();
    assert_eq!(sql.matches("JOIN").count(), 2, "{sql}");
    assert_eq!(sql.matches("LEFT JOIN").count(), 1, "{sql}");
}
