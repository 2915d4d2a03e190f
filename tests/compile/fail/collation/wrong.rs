use orm::prelude::*;

type Text = String;
#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(collation(sqlite = "NOCASE"))]
    a: i32,
    #[field(collation(sqlite = "GERMAN"))]
    b: String,
    #[field(collation(mysql = "latin1_bin", mariadb = "utf8mb4_bin; DROP TABLE x"))]
    c: Text,
    #[field(collation = "C")]
    d: String,
    #[field(collation(postgres = "C"))]
    e: Option<ForeignKey<User>>,
}

fn main() {}
