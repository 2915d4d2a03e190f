use orm::prelude::*;

type Name = String;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(unique)]
    name: Name,
}

fn main() {}
