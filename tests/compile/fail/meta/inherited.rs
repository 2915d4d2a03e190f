use orm::prelude::*;

#[derive(Meta)]
#[meta(ordering(-created, id))]
struct OrderMeta;

#[derive(Meta)]
#[meta(index(kind, size), unique_together(kind, name))]
struct IndexMeta;

#[derive(Meta)]
#[meta(check(|rank: i32| rank.ge(0)))]
struct CheckMeta;

#[derive(Model)]
#[model(meta = OrderMeta)]
struct WithoutTime {
    #[field(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(meta = IndexMeta)]
struct Unlimited {
    #[field(primary_key)]
    id: i64,
    kind: i32,
    size: i32,
    name: String,
}

#[derive(Model)]
#[model(meta = IndexMeta, unique_together())]
struct WithoutSize {
    #[field(primary_key)]
    id: i64,
    kind: i32,
}

#[derive(Model)]
#[model(meta = CheckMeta)]
struct OtherType {
    #[field(primary_key)]
    id: i64,
    rank: Option<i32>,
}

#[derive(Model)]
#[model(meta = CheckMeta, check(Self::id.gt(0)))]
struct ByItself {
    #[field(primary_key)]
    id: i64,
}

fn main() {}
