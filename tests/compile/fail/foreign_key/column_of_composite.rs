use orm::prelude::*;

#[derive(Model)]
#[model(primary_key(a, b))]
struct Line {
    a: i64,
    b: i64,
}

#[derive(Model)]
struct Parcel {
    #[field(primary_key)]
    id: i64,
    #[field(column = "line")]
    line: ForeignKey<Line>,
}

fn main() {}
