use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(auto_now)]
    a: i32,
    #[field(auto_now, auto_now_add)]
    b: DateTime<Utc>,
    #[field(auto_now_add, default = Utc::now())]
    c: DateTime<Utc>,
}

#[derive(Model)]
struct Event {
    #[field(primary_key, auto_now_add)]
    at: DateTime<Utc>,
}

fn main() {}
