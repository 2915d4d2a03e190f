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
struct PostTag {
    #[field(primary_key)]
    id: i64,
    post: ForeignKey<Post>,
    tag: ForeignKey<Tag>,
    other_tag: ForeignKey<Tag>,
}

fn main() {}
