use orm::prelude::*;

#[derive(Meta)]
#[meta(databse = "x")]
struct Shared;

#[derive(Model)]
#[model(tabel = "users", metadata = Shared)]
struct User {
    #[field(primary_key)]
    id: i64,
}

fn main() {}
