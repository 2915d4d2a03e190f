use orm::prelude::*;

#[derive(Model)]
#[model(table = "posts")]
struct Post {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 3)]
    numbers: Vec<i32>,
    prices: Vec<Decimal>,
    #[field(precision = 6, scale = 2)]
    counts: Vec<i64>,
    #[field(db_default = ["a"])]
    marks: Vec<i32>,
    #[field(db_default = ["abcd"], max_length = 3)]
    short: Vec<String>,
    #[field(db_default = [300])]
    tinies: Option<Vec<i8>>,
    #[field(collation(postgres = "C"))]
    texts: Vec<String>,
}

fn main() {}
