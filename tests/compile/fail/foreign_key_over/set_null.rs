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
#[model(primary_key(tenant, id), foreign_key(one: Customer, fields(tenant, customer), on_delete = set_null))]
struct Order {
    tenant: i64,
    id: i64,
    customer: Option<i32>,
}

#[derive(Model)]
#[model(
    foreign_key(one: Customer, fields(tenant, customer), on_delete = set_null),
    foreign_key(two: Customer, fields(tenant, other), on_update = set_default)
)]
struct Invoice {
    #[field(primary_key)]
    id: i64,
    tenant: i64,
    customer: Option<i32>,
    other: Option<i32>,
}

fn main() {}
