use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
}

impl User {
    fn posts() {}
}

#[derive(Model)]
struct Post {
    #[field(primary_key)]
    id: i64,
    #[field(related_name = posts)]
    author: ForeignKey<User>,
}

fn main() {}
