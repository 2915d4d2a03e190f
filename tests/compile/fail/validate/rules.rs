use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(validate(emial, length, email("x"), length(mni = 3), range(), pattern("a("), prefix(3)))]
    a: String,
    #[field(validate(nothing))]
    b: String,
    #[field(validate)]
    c: String,
    #[field(validate(email, length(max = 3)))]
    d: i32,
    #[field(validate(range(min = 3)))]
    e: String,
    #[field(validate(email))]
    f: Option<ForeignKey<User>>,
    #[field(validate(pattern("a(")))]
    g: String,
    #[field(validate(email), read_only)]
    h: String,
    #[field(validate(email), generated(Self::a, stored))]
    i: String,
}

fn main() {}
