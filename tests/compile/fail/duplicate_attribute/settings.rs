use orm::prelude::*;

#[derive(Model)]
#[model(table = "users", table = "people")]
struct User {
    #[field(primary_key, primary_key)]
    id: i64,
    #[field(max_length = 80)]
    #[field(max_length = 90)]
    name: String,
}

#[derive(Meta)]
#[meta(app = "a", app = "b")]
struct Shared;

fn main() {}
