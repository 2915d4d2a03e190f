use orm::prelude::*;

#[derive(Model)]
#[model(index(age, -id), index(age, -id), index(age, name = "x"), index(id, age, name = "x"))]
struct User {
    #[field(primary_key)]
    id: i64,
    age: i32,
}

fn main() {}
