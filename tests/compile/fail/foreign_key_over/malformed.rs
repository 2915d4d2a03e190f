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
    foreign_key(fields(tenant, customer)),
    foreign_key(a: Customer),
    foreign_key(b: Customer, fields),
    foreign_key(c: Customer, field(tenant, customer)),
    foreign_key(d: Customer, fields(tenant, customer), on_delete = cascad),
    foreign_key(e: Customer, fields(tenant, customr)),
    foreign_key(f: Customer, fields(tenant, tenant)),
    foreign_key(g: Customer, fields(tenant, customer), references(tenant)),
    foreign_key(h: Customer, fields(customer)),
    foreign_key(i: Customer, j: Customer, fields(tenant, customer)),
    foreign_key(customer: Customer, fields(tenant, customer)),
    foreign_key(k: Customer, fields(tenant, twice))
)]
struct Order {
    #[field(primary_key)]
    id: i64,
    tenant: i64,
    customer: i32,
    #[field(generated = Self::customer * 2)]
    twice: i32,
}

fn main() {}
