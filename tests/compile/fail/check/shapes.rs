use orm::prelude::*;

#[derive(Model)]
#[model(
    check,
    check(),
    check(name = "a_ck", User::a.gt(0)),
    check(User::a.gt(0), "a_ck"),
    check(User::a.gt(0), name = a),
    check(User::a.gt(1), name = ""),
    check(User::a.gt(2), name = "a", unique),
    check(User::a.gt(3), name = "x"),
    check(User::a.gt(4), name = "x"),
    check(User::a.gt(3))
)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(check, check(User::a.gt(0)))]
    a: i32,
}

fn main() {}
