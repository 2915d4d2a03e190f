use orm::prelude::*;

#[derive(Model)]
struct Tag {
    #[field(primary_key)]
    id: i64,
}

#[derive(Model)]
#[model(many_to_many(related_name = posts))]
#[model(many_to_many(tags = Tag))]
#[model(many_to_many(tags: Tag, others: Tag))]
#[model(many_to_many(more: Tag, related_nam = posts))]
#[model(many_to_many(made: Tag, through_fields(post, tag)))]
#[model(many_to_many(mine: Tag, through = PostTag, table = "post_tags"))]
#[model(many_to_many(mine: Tag, through = PostTag, through_fields(post)))]
#[model(many_to_many(id: Tag), many_to_many)]
struct Post {
    #[field(primary_key)]
    id: i64,
}

fn main() {}
