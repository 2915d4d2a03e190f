use orm::prelude::*;

type Alias = i32;
type Name = String;

#[derive(Model)]
struct Post {
    #[field(primary_key)]
    id: i64,
    #[field(choices("a"))]
    hidden: Alias,
    #[field(choices(1))]
    name: Name,
    #[field(choices(1))]
    fine: Alias,
}

fn main() {}
