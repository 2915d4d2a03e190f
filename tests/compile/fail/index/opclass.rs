use orm::prelude::*;

#[derive(Model)]
#[model(index(tags, method = "gin", opclass = jsonb_path_ops))]
struct NoText {
    #[field(primary_key)]
    id: i64,
    tags: i32,
}

#[derive(Model)]
#[model(
    index(tags, opclass = ""),
    index(tags, opclass = "a.b.c", method = "hash"),
    index(tags, opclass = "int4_ops (x)", unique),
    index(tags, opclass = "int4_ops", opclass = "int8_ops", name = "d"),
    index(tags, opclas = "int4_ops", name = "e")
)]
struct NoNames {
    #[field(primary_key)]
    id: i64,
    tags: i32,
}

fn main() {}
