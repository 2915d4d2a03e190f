use orm::prelude::*;

type Age = i32;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(auto_now)]
    age: Age,
}

fn main() {}
