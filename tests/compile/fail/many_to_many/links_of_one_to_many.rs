use orm::prelude::*;

#[derive(Model)]
struct Tag {
    #[field(primary_key)]
    id: i64,
    #[field(related_name = tags)]
    post: ForeignKey<Post>,
}

#[derive(Model)]
struct Post {
    #[field(primary_key)]
    id: i64,
}

fn main() {
    let post = Post { id: 1 };
    let _ = Post::tags.of(&post).add(1);
}
