use orm::prelude::*;
use orm_tests::scenario::blog::{Category, Post};

async fn program() -> orm::Result<()> {
    Post::objects().filter(Post::author.to(Category::name).eq("x")).all().await?;
    Ok(())
}

fn main() {}
