use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 80)]
    age: i32,
    #[field(max_length = 80)]
    friend: Option<ForeignKey<User>>,
}

fn main() {}
