use orm::prelude::*;

type Id = i64;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: Id,
}

fn main() {}
