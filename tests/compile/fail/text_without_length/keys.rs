use orm::prelude::*;

#[derive(Model)]
#[model(index(d), unique_together(e, f))]
struct User {
    #[field(primary_key)]
    a: String,
    #[field(unique)]
    b: Option<String>,
    #[field(index)]
    c: String,
    d: String,
    e: String,
    f: i32,
    free: String,
}

fn main() {}
