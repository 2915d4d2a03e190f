use orm::prelude::*;

#[derive(DbType, Clone, Debug, PartialEq, PartialOrd)]
struct Age(i32);

fn wants_a_number(_: &i32) -> Result<(), String> {
    Ok(())
}

fn gives_nothing(_: &str) {}

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(validate(range(min = Age(3))))]
    age: Age,
    #[field(validate(range(min = "x")))]
    size: i32,
    #[field(validate = wants_a_number)]
    name: String,
    #[field(validate(custom(gives_nothing)))]
    other: String,
}

fn main() {}
