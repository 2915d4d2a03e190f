use orm::prelude::*;

#[derive(Model)]
enum User {
    Ann,
    Bob,
}

fn main() {}
