use orm::prelude::*;

struct Plain;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(embed)]
    plain: Plain,
}

fn main() {}
