use orm::prelude::*;
use orm_tests::scenario::blog::Post;

async fn program() -> orm::Result<()> {
    Post::objects().select((Post::title, count(Post::id))).all().await?;
    Ok(())
}

fn main() {}
