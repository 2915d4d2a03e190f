use orm::prelude::*;

#[derive(Model)]
#[model(renamed_from = "User")]
struct User {
    #[field(primary_key, renamed_from = "id")]
    id: i64,
    #[field(renamed_from = "id")]
    a: i32,
    #[field(renamed_from = "x")]
    b: i32,
    #[field(renamed_from = "x")]
    c: i32,
    #[field(renamed_from = "")]
    d: i32,
}

fn main() {}
