use orm::prelude::*;

#[derive(Model)]
#[model(index(a, name = b), index(name = "x"), index("a"), unique_together(-a, b, unique), index(a, name = "x", name = "y"))]
struct User {
    #[field(primary_key)]
    id: i64,
    a: i32,
    b: i32,
}

fn main() {}
