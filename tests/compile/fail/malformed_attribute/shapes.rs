use orm::prelude::*;

#[derive(Model)]
#[model]
struct User {
    #[field]
    id: i64,
    #[field = "x"]
    a: String,
    #[field("x")]
    b: String,
    #[field(unique index)]
    c: i32,
}

fn main() {}
