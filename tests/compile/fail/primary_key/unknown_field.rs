use orm::prelude::*;

#[derive(Model)]
#[model(primary_key(order, lines))]
struct Line {
    order: i64,
    line: i64,
}

fn main() {}
