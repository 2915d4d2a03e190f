use orm::prelude::*;
use orm_tests::scenario::blog::{Category, Post};

async fn program() -> orm::Result<()> {
    let category = Category::objects().get(1).await?;
    Post::objects().filter(Post::author.eq(&category)).all().await?;
    Ok(())
}

fn main() {}
