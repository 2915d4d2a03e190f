use orm::prelude::*;
use orm_tests::scenario::blog::User as Other;

#[derive(Model)]
#[model(
    index(expr(Other::age)),
    index(expr(sum(Self::a))),
    index(a, where = Self::b),
    unique_together(a, b, where = Other::age.gt(1))
)]
struct User {
    #[field(primary_key)]
    id: i64,
    a: i32,
    b: i32,
}

fn main() {}
