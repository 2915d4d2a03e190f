use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key, auto = false, insertable)]
    id: i64,
    #[field(insertable)]
    age: i32,
}

fn main() {}
