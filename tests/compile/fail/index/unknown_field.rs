use orm::prelude::*;

#[derive(Model)]
#[model(index(agee), unique_together(id, nothing), index(age, age), unique_together(age))]
struct User {
    #[field(primary_key)]
    id: i64,
    age: i32,
}

fn main() {}
