use orm::prelude::*;

#[derive(DbType)]
struct NotClone(i64);

#[derive(DbType, Clone)]
struct Id(i64);

#[derive(Model)]
struct User {
    #[field(primary_key, auto)]
    id: Id,
}

#[derive(DbType, Debug, Clone, PartialEq)]
#[db_type(try_from)]
struct Email(String);

fn main() {}
