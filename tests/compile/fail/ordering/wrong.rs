use orm::prelude::*;

#[derive(Model)]
#[model(ordering(-titel, id, -id, "x"))]
struct User {
    #[field(primary_key)]
    id: i64,
    title: String,
}

#[derive(Model)]
#[model(ordering(-titel, id, -id))]
struct Post {
    #[field(primary_key)]
    id: i64,
    title: String,
}

#[derive(Model)]
#[model(ordering(author.name))]
struct Behind {
    #[field(primary_key)]
    id: i64,
    author: ForeignKey<Post>,
}

fn main() {}
