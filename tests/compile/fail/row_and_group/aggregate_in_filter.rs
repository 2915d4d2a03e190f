use orm::prelude::*;
use orm_tests::scenario::blog::Post;

async fn program() -> orm::Result<()> {
    Post::objects().filter(count(Post::id).gt(3)).all().await?;
    Ok(())
}

fn main() {}
