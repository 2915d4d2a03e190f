use orm::prelude::*;

#[derive(Meta)]
#[meta(extends = Second)]
struct First;

#[derive(Meta)]
#[meta(extends = First)]
struct Second;

#[derive(Model)]
#[model(meta = First)]
struct User {
    #[field(primary_key)]
    id: i64,
}

fn main() {}
