use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: f64,
}

fn main() {}
