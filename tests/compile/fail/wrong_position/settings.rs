use orm::prelude::*;

#[derive(Model)]
#[model(max_length = 80, extends = Shared)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(table = "users")]
    name: String,
}

#[derive(Meta)]
#[meta(table = "users")]
struct Shared;

fn main() {}
