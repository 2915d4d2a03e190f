use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key, auto, max_length = 10)]
    id: String,
    #[field(auto)]
    age: i32,
}

#[derive(Model)]
#[model(primary_key(order, line))]
struct Line {
    #[field(auto = true)]
    order: i64,
    line: i64,
}

fn main() {}
