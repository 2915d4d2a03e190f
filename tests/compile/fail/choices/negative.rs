use orm::prelude::*;

#[derive(Model)]
struct Post {
    #[field(primary_key)]
    id: i64,
    #[field(choices(-1))]
    unsigned: Option<u32>,
}

fn main() {}
