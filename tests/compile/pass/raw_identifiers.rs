//! Raw identifiers and keywords are names like others.

use orm::prelude::*;

#[derive(Model)]
#[model(index(type, -match), primary_key(r#loop, r#fn))]
struct r#Struct {
    r#loop: i32,
    r#fn: i32,
    #[field(default = 1)]
    r#type: i32,
    r#match: Option<i32>,
    #[field(related_name = r#struct)]
    r#ref: ForeignKey<Other>,
}

#[derive(Model)]
struct Other {
    #[field(primary_key)]
    select: i64,
    #[field(accessor = key_, column = "key")]
    key: i32,
}

pub fn main() {
    let names: Vec<_> = Struct::TABLE.columns().map(|column| column.name).collect();
    assert_eq!(names, ["loop", "fn", "type", "match", "ref_id"]);
    assert_eq!(Struct::TABLE.fields[2].name, "type");
    assert_eq!(NewStruct::new(1, 2, 3).r#type(5).r#type, 5);
    assert_eq!(format!("{:?}", Other::r#struct), "struct");
    let _: Column<Struct, i32> = Struct::r#type;
    let _: Column<Other, i32> = Other::key_;
}
