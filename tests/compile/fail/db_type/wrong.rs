use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(db_type(sqlite = "VARCHAR(10)"))]
    a: String,
    #[field(db_type(postgres = "BIGINT"))]
    b: ForeignKey<User>,
    #[field(db_type(postgres = "a", postgres = "b", oracle = "c"))]
    c: String,
    #[field(db_type(postgres))]
    d: String,
}

fn main() {}
