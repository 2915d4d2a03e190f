use orm::prelude::*;

#[derive(Model)]
#[model(index(id), index(-id), index(id, age))]
struct User {
    #[field(primary_key)]
    id: i64,
    age: i32,
}

#[derive(Model)]
#[model(primary_key(a, b), index(a), index(b))]
struct Pair {
    a: i32,
    b: i32,
}

fn main() {}
