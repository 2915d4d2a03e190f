use orm::prelude::*;

#[derive(Model)]
union User {
    id: i64,
    other: f64,
}

fn main() {}
