use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    pair: std::rc::Rc<i32>,
}

fn main() {}
