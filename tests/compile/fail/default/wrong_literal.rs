use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key, default = 1)]
    id: i64,
    #[field(default = "x")]
    a: i32,
    #[field(default = 0)]
    b: f64,
    #[field(default = 1)]
    c: Option<String>,
    #[field(default = "2020-01-01")]
    d: NaiveDate,
}

fn main() {}
