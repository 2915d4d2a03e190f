use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = set_null)]
    friend: ForeignKey<User>,
    #[field(on_update = set_null)]
    other: ForeignKey<User>,
}

#[derive(Model)]
struct Profile {
    #[field(primary_key, on_delete = set_null)]
    user: ForeignKey<User>,
}

fn main() {}
