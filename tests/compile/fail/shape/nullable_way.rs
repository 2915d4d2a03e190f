use orm::prelude::*;
use orm_tests::scenario::blog::{Category, Post};

async fn program() -> orm::Result<()> {
    let names: Vec<String> = Post::objects().select(Post::category.to(Category::name)).all().await?;
    Ok(())
}

fn main() {}
