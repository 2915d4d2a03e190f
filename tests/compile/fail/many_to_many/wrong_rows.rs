use orm::prelude::*;

#[derive(Model)]
struct Tag {
    #[field(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(many_to_many(tags: Tag))]
struct Post {
    #[field(primary_key)]
    id: i64,
}

fn main() {
    let post = Post { id: 1 };
    let _ = Post::tags.of(&post).add(&post);
    let _ = Post::tags.of(&post).remove(["rust"]);
}
