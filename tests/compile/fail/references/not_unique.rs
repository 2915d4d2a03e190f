use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 80, unique)]
    username: String,
    #[field(max_length = 80)]
    city: String,
}

#[derive(Model)]
struct Post {
    #[field(primary_key)]
    id: i64,
    #[field(references(User, city), max_length = 80)]
    place: String,
}

fn main() {}
