use orm::prelude::*;
use orm_tests::scenario::blog::Post;

async fn program() -> orm::Result<()> {
    Post::objects().select(Post::title + 1).all().await?;
    Ok(())
}

fn main() {}
