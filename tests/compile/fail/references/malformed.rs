use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 80, unique)]
    username: String,
    #[field(max_length = 80)]
    city: String,
}

#[derive(Model)]
struct Post {
    #[field(primary_key)]
    id: i64,
    #[field(references)]
    a: i64,
    #[field(references(User))]
    b: i64,
    #[field(references = User::username)]
    c: i64,
    #[field(references = User)]
    d: ForeignKey<User>,
    #[field(relation = author)]
    e: ForeignKey<User>,
    #[field(relation = author)]
    f: i64,
    #[field(references = User, relation = id)]
    g: i64,
    #[field(references(User, username), on_delete = set_null)]
    h: String,
}

fn main() {}
