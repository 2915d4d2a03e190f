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
struct Others {
    #[field(primary_key)]
    id: i64,
    tenant: i64,
    #[field(columns(id = "x"))]
    number: i64,
    #[field(columns(tenant = "a", id = "b"), column = "c")]
    both: ForeignKey<Customer>,
    #[field(columns(tenant = "d", tenant = "e"))]
    twice: ForeignKey<Customer>,
    #[field(columns(tenant = "tenant", id = "f"))]
    shared: ForeignKey<Customer>,
    #[field(columns(tenant, id = "g"))]
    malformed: ForeignKey<Customer>,
}

#[derive(Model)]
struct Order {
    #[field(primary_key)]
    id: i64,
    #[field(columns(tenant = "a", ident = "b"))]
    customer: ForeignKey<Customer>,
    #[field(columns(tenant = "c"))]
    other: ForeignKey<Customer>,
}

fn main() {}
