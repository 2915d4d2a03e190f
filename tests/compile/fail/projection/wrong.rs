use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
}

#[derive(Projection)]
struct OfNothing {
    id: i64,
}

#[derive(Projection)]
#[projection(model = User)]
struct Tuple(i64);

#[derive(Projection)]
#[projection(model = User)]
struct Generic<T> {
    id: T,
}

#[derive(Projection)]
#[projection(model = User)]
struct Empty {}

#[derive(Projection)]
#[projection(model = User, nested, groupd)]
struct Unknown {
    #[projection(grouped)]
    id: i64,
    #[projection(exp = User::id)]
    other: i64,
    #[projection(nested, expr = User::id)]
    both: i64,
    #[field(unique)]
    third: i64,
}

#[derive(Projection)]
#[projection(model = User, grouped)]
struct Group {
    id: i64,
    #[projection(nested)]
    other: User,
}

fn main() {}
