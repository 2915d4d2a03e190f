use orm::prelude::*;

#[derive(Embed, Clone)]
struct Address {
    city: String,
    zip: i32,
}

#[derive(Model)]
#[model(index(home.city, id), unique_together(home.zipp, id))]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(embed)]
    home: Address,
}

fn main() {}
