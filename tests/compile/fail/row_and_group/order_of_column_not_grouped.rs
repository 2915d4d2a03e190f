use orm::prelude::*;
use orm_tests::scenario::blog::Post;

async fn program() -> orm::Result<()> {
    Post::objects().group_by(Post::author).order_by(Post::title).all().await?;
    Ok(())
}

fn main() {}
