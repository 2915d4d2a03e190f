use orm::prelude::*;

#[derive(DbType, Clone, Debug)]
struct Age(i32);

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(validate(email, length(max = 3)))]
    age: Age,
}

fn main() {}
