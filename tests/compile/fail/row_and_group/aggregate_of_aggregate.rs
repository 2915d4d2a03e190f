use orm::prelude::*;
use orm_tests::scenario::blog::Post;

async fn program() -> orm::Result<()> {
    Post::objects().aggregate(sum(count(Post::id))).await?;
    Ok(())
}

fn main() {}
