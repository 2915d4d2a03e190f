use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(max_lenght = 80, uniqe)]
    name: String,
    #[field(colour)]
    age: i32,
}

fn main() {}
