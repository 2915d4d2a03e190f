use orm::prelude::*;
use orm_tests::scenario::blog::{Category, Post};

async fn program() -> orm::Result<()> {
    Post::objects().group_by(Post::category).prefetch_related(Category::posts).all().await?;
    Ok(())
}

fn main() {}
