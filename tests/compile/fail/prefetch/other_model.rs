use orm::prelude::*;
use orm_tests::scenario::blog::{Category, User};

async fn program() -> orm::Result<()> {
    User::objects().prefetch_related(Category::posts).all().await?;
    Ok(())
}

fn main() {}
