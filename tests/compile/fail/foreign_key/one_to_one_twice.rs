use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
}

#[derive(Model)]
struct Profile {
    #[field(primary_key, one_to_one)]
    user: ForeignKey<User>,
    #[field(unique, one_to_one)]
    other: ForeignKey<User>,
}

fn main() {}
