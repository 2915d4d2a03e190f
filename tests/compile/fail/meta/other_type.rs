use orm::prelude::*;

#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
enum Size {
    Small,
    Large,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
enum Colour {
    Red,
    Blue,
}

#[derive(Meta)]
#[meta(check(|size: Size| size.ne(Size::Small)), index(slug))]
struct SizeMeta;

#[derive(Model)]
#[model(meta = SizeMeta)]
struct OtherEnum {
    #[field(primary_key)]
    id: i64,
    size: Colour,
    #[field(max_length = 20)]
    slug: String,
}

#[derive(Model)]
#[model(meta = SizeMeta)]
struct Unique {
    #[field(primary_key)]
    id: i64,
    size: Size,
    #[field(max_length = 20, unique)]
    slug: String,
}

fn main() {}
