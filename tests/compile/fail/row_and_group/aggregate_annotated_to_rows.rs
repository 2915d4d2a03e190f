use orm::prelude::*;
use orm_tests::scenario::blog::Post;

async fn program() -> orm::Result<()> {
    Post::objects().annotate(count(Post::likes)).all().await?;
    Ok(())
}

fn main() {}
