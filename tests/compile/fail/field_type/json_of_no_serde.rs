use orm::prelude::*;

#[derive(Clone)]
struct Settings {
    theme: String,
}

#[derive(Model)]
struct Account {
    #[field(primary_key)]
    id: i64,
    settings: Json<Settings>,
}

fn main() {}
