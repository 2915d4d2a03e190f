use orm::prelude::*;

#[derive(Meta)]
#[meta(index(id))]
struct IndexMeta;

#[derive(Meta)]
#[meta(unique_together(id))]
struct UniqueMeta;

#[derive(Model)]
#[model(meta = IndexMeta)]
struct Indexed {
    #[field(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(meta = UniqueMeta)]
struct Unique {
    #[field(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(meta = IndexMeta, primary_key(id, other))]
struct OfSeveral {
    id: i64,
    other: i64,
}

#[derive(Model)]
#[model(meta = IndexMeta, index())]
struct Without {
    #[field(primary_key)]
    id: i64,
}

fn main() {}
