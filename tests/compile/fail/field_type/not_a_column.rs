use orm::prelude::*;

struct Pair(i32, i32);

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    pair: Pair,
}

fn main() {}
