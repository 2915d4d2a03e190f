use orm::prelude::*;

#[derive(Model)]
#[model(patch(setters))]
struct User {
    #[field(primary_key)]
    id: i64,
    new: Option<bool>,
    default: bool,
}

fn main() {}
