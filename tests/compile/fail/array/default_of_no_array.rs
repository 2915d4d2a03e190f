use orm::prelude::*;

#[derive(Model)]
#[model(table = "posts")]
struct Post {
    #[field(primary_key)]
    id: i64,
    #[field(db_default = [1])]
    one: i32,
    #[field(db_default = [[1]])]
    nested: Vec<i32>,
    #[field(db_default = [1 + 1])]
    sum: Vec<i32>,
}

fn main() {}
