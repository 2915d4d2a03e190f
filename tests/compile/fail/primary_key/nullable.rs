use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: Option<i64>,
}

fn main() {}
