use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    age: i32,
    #[field(accessor = age)]
    years: i32,
    #[field(related_name = friends)]
    friend: Option<ForeignKey<User>>,
    #[field(related_name = friends)]
    other: Option<ForeignKey<Self>>,
}

fn main() {}
