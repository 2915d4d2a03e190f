use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = cascade, on_update = cascade, related_name = users, one_to_one)]
    age: i32,
}

fn main() {}
