use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key, db_default = 1)]
    id: i64,
    #[field(default = 1, db_default = 1)]
    a: i32,
    #[field(auto_now, db_default = now)]
    b: DateTime<Utc>,
}

fn main() {}
