use orm::prelude::*;

#[derive(Model)]
struct Tag {
    #[field(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(many_to_many(tags: Tag, through = PostTag, through_fields(post, tag)))]
struct Post {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20, unique)]
    slug: String,
}

#[derive(Model)]
#[model(primary_key(post_slug, tag))]
struct PostTag {
    #[field(references(Post, slug), relation = post, max_length = 20)]
    post_slug: String,
    tag: ForeignKey<Tag>,
}

fn main() {}
