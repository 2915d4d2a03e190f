use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    objects: i32,
    #[field(accessor = TABLE)]
    table: i32,
    #[field(related_name = objects)]
    friend: Option<ForeignKey<User>>,
}

fn main() {}
