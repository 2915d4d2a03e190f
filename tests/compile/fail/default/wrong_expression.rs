use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(default = String::new())]
    a: i32,
}

fn main() {}
