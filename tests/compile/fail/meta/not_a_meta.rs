use orm::prelude::*;

struct Shared;

#[derive(Model)]
#[model(meta = Shared)]
struct User {
    #[field(primary_key)]
    id: i64,
}

#[derive(Meta)]
#[meta(extends = Itself)]
struct Itself;

fn main() {}
