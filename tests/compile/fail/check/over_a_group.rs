use orm::prelude::*;

#[derive(Model)]
#[model(check(max(Self::age).gt(1)))]
struct User {
    #[field(primary_key)]
    id: i64,
    age: i32,
}

fn main() {}
