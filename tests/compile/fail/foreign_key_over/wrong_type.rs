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
#[model(
    foreign_key(one: Customer, fields(customer, tenant)),
    foreign_key(two: Customer, fields(tenant, long)),
    foreign_key(three: Customer, fields(tenant, customer), references(tenant, code)),
    foreign_key(four: Customer, fields(tenant, city), references(tenant, city))
)]
struct Order {
    #[field(primary_key)]
    id: i64,
    tenant: i64,
    customer: i32,
    long: i64,
    #[field(max_length = 8)]
    city: String,
}

fn main() {}
