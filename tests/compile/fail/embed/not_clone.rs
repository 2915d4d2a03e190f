use orm::prelude::*;

#[derive(Embed)]
struct Address {
    city: String,
}

fn main() {}
