use orm::prelude::*;

#[derive(Model)]
struct User {
    id: i64,
    name: String,
}

#[derive(Model)]
struct Empty {}

#[derive(Model)]
struct Line {
    order: i64,
    line: i64,
}

fn main() {}
