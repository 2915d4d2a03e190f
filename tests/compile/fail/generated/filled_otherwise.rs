use orm::prelude::*;

#[derive(Model)]
struct Line {
    #[field(primary_key, generated = Self::count)]
    id: i32,
    count: i32,
    #[field(generated = Self::count * 2, default = 0)]
    a: i32,
    #[field(generated(Self::at, virtual), auto_now)]
    now: DateTime<Utc>,
    at: DateTime<Utc>,
    #[field(generated = Self::count * 2, insertable)]
    b: i32,
    #[field(generated = Self::other)]
    other: ForeignKey<Line>,
    #[field(generated(Self::count, kept))]
    c: i32,
    #[field(generated)]
    d: i32,
    #[field(generated())]
    e: i32,
}

fn main() {}
