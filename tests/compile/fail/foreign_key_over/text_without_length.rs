use orm::prelude::*;

#[derive(Model)]
#[model(primary_key(tenant, id), unique_together(tenant, code))]
struct Customer {
    tenant: i64,
    id: i32,
    #[field(max_length = 8)]
    code: String,
    #[field(max_length = 8)]
    city: String,
}

#[derive(Model)]
#[model(foreign_key(one: Customer, fields(tenant, code), references(tenant, code)))]
struct Order {
    #[field(primary_key)]
    id: i64,
    tenant: i64,
    code: String,
}

fn main() {}
