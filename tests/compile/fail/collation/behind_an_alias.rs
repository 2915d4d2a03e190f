use orm::prelude::*;

type Count = i32;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(collation(sqlite = "NOCASE"))]
    a: Count,
}

fn main() {}
