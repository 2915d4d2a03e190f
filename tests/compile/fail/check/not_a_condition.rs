use orm::prelude::*;
use orm_tests::scenario::blog::Post as Other;

#[derive(Model)]
#[model(check(Self::age + 1), check(Other::likes.gt(1)), check(true))]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(check = Self::age)]
    age: i32,
}

fn main() {}
