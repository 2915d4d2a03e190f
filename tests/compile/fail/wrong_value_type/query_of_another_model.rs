use orm::prelude::*;
use orm_tests::scenario::blog::{Category, Post};

async fn program() -> orm::Result<()> {
    Post::objects().filter(Post::author.in_(Category::objects())).all().await?;
    Ok(())
}

fn main() {}
