use orm::prelude::*;

#[derive(Embed, Clone)]
struct Address {
    city: String,
}

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    home: Address,
    work: Option<Address>,
}

fn main() {}
