use orm::prelude::*;

#[derive(Model)]
struct Price {
    #[field(primary_key)]
    id: i64,
    #[field(unique, precision = 6, scale = 3)]
    amount: Decimal,
}

#[derive(Model)]
struct Sale {
    #[field(primary_key)]
    id: i64,
    #[field(references(Price, amount), precision = 9, scale = 4)]
    finer: Decimal,
    #[field(references(Price, amount), precision = 9, scale = 3)]
    longer: Option<Decimal>,
    #[field(references(Price, amount), precision = 6, scale = 3)]
    same: Decimal,
}

fn main() {}
