use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    age: i32,
}

impl User {
    fn age(&self) -> i32 {
        self.age
    }
}

fn main() {}
