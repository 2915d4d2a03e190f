use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key, read_only, insertable)]
    id: i64,
    #[field(read_only, write_once)]
    a: i32,
    #[field(read_only, default = 1)]
    b: i32,
    #[field(write_once, auto_now)]
    c: DateTime<Utc>,
}

fn main() {}
