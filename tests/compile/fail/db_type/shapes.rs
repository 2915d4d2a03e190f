use orm::prelude::*;

#[derive(DbType, Clone)]
struct Pair(i32, i32);

#[derive(DbType, Clone)]
struct Unit;

#[derive(DbType, Clone)]
struct Empty {}

#[derive(DbType, Clone)]
enum State {
    Open,
}

#[derive(DbType, Clone)]
struct Any<T>(T);

#[derive(DbType, Clone)]
struct Maybe(Option<i64>);

#[derive(DbType, Clone)]
#[db_type(tryfrom)]
struct Name(String);

#[derive(DbType, Clone)]
struct Author(ForeignKey<User>);

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    // Refused above, and a column type nevertheless.
    name: Name,
}

fn main() {}
