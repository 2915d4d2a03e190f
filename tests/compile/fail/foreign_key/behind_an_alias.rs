use orm::prelude::*;

type UserKey = ForeignKey<User>;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    friend: UserKey,
}

fn main() {}
