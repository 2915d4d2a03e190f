use orm::prelude::*;

use rust_decimal::Decimal;

#[derive(Model)]
struct Account {
    #[field(primary_key)]
    id: i64,
    a: Decimal,
    #[field(precision = 10)]
    b: Option<Decimal>,
    #[field(scale = 2)]
    c: Decimal,
    #[field(precision = 2, scale = 3)]
    d: Decimal,
    #[field(precision = 29, scale = 2)]
    e: Decimal,
    #[field(precision = 10, scale = 2)]
    f: f64,
}

fn main() {}
