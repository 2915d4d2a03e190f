use orm::prelude::*;

#[derive(Model)]
#[model(
    index(expr),
    index(expr()),
    index(a, where),
    index(a, where = ),
    index(a, method = gin),
    index(a, method = "gni"),
    index(-a, method = "hash"),
    index(a, b, method = "hash"),
    index(a, method = "brin", unique),
    index(a, include(b, c, a), name = "x"),
    index(a, include()),
    index(expr(Self::a + 1), expr(Self::a + 1)),
    index(b, where = Self::a.gt(1)),
    index(b, where = Self::a.gt(1)),
    index(where = Self::a.gt(1)),
    unique_together(-expr(Self::a + 1), b)
)]
struct User {
    #[field(primary_key)]
    id: i64,
    a: i32,
    b: i32,
}

fn main() {}
