use orm::prelude::*;

#[derive(Model)]
#[field(table = "users")]
struct User {
    #[field(primary_key)]
    id: i64,
    #[model(max_length = 80)]
    name: String,
}

fn main() {}
