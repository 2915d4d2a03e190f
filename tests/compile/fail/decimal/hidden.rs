use orm::prelude::*;

type Money = rust_decimal::Decimal;

#[derive(Model)]
struct Account {
    #[field(primary_key)]
    id: i64,
    balance: Money,
    #[field(precision = 10, scale = 2)]
    limit: Limit,
}

type Limit = i64;

fn main() {}
