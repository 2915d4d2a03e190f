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
    #[field(references(User, username), relation = author, max_length = 80)]
    author_name: String,
}

fn main() {
    let _ = Post::objects().filter(Post::author.eq(7));
}
