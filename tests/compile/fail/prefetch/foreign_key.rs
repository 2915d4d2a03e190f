use orm::prelude::*;
use orm_tests::scenario::blog::Post;

async fn program() -> orm::Result<()> {
    Post::objects().prefetch_related(Post::author).all().await?;
    Ok(())
}

fn main() {}
