use orm::prelude::*;

#[derive(Meta)]
#[meta(primary_key(tenant, id))]
struct Keyed;

#[derive(Meta)]
#[meta(primary_key(a, b, a))]
struct Twice;

#[derive(Meta)]
#[meta(primary_key(a, b, c, d, e, f, g, h, i))]
struct TooLong;

#[derive(Model)]
#[model(meta = Keyed, primary_key = inherited)]
struct WithoutTenant {
    id: i64,
}

#[derive(Model)]
#[model(meta = Keyed, primary_key = inherited)]
struct Marked {
    #[field(primary_key)]
    id: i64,
    tenant: i64,
}

#[derive(Model)]
#[model(meta = Keyed, primary_key = inherited, primary_key(tenant, id))]
struct Listed {
    id: i64,
    tenant: i64,
}

#[derive(Model)]
#[model(primary_key = inherited)]
struct WithoutMeta {
    id: i64,
}

#[derive(Model)]
#[model(meta = Keyed, primary_key = inherit)]
struct Misspelt {
    id: i64,
    tenant: i64,
}

#[derive(Model)]
#[model(meta = Keyed, primary_key = inherited)]
struct WrongInside {
    id: i64,
    tenant: Option<i64>,
    #[field(max_lenght = 20)]
    name: String,
}

#[derive(Model)]
#[model(meta = Keyed)]
struct DoesNotAsk {
    id: i64,
    tenant: i64,
}

fn main() {}
