use orm::prelude::*;

#[derive(Model)]
struct Post {
    #[field(primary_key)]
    id: i64,
    #[field(choices(1, 300))]
    tiny: u8,
}

fn main() {}
