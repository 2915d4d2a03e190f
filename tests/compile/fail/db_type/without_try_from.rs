use orm::prelude::*;

#[derive(DbType, Clone)]
#[db_type(try_from)]
struct Email(String);

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    email: Email,
    second: Option<Email>,
}

fn main() {}
