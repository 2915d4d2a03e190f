use orm::prelude::*;

#[derive(Model)]
struct Tag {
    #[field(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(many_to_many(tags: Tag, through = PostTag))]
struct Post {
    #[field(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(primary_key(post, tag))]
struct PostTag {
    post: ForeignKey<Post>,
    tag: ForeignKey<Tag>,
    weight: i32,
}

fn main() {
    let post = Post { id: 1 };
    let _ = Post::tags.of(&post).add(1);
}
