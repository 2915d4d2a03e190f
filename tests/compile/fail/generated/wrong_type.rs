use orm::prelude::*;
use orm_tests::scenario::blog::User as Other;

#[derive(Model)]
struct Line {
    #[field(primary_key)]
    id: i64,
    count: i32,
    price: Option<i32>,
    #[field(generated = Self::count * 2)]
    wider: i64,
    #[field(generated = Self::count * Self::price)]
    required: i32,
    #[field(generated = Self::count)]
    nullable: Option<i32>,
    #[field(generated = Other::username)]
    foreign: String,
    #[field(generated = 5)]
    constant: i32,
}

fn main() {}
