use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key, unique, index)]
    id: i64,
    #[field(unique, index)]
    number: i32,
}

fn main() {}
