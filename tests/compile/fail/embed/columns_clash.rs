use orm::prelude::*;

#[derive(Embed, Clone)]
struct Address {
    city: String,
}

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    home_city: String,
    #[field(embed)]
    home: Address,
    #[field(embed, prefix = "")]
    work: Address,
    #[field(column = "City")]
    town: String,
}

fn main() {}
