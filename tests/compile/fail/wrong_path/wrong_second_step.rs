use orm::prelude::*;
use orm_tests::scenario::blog::{Category, Post, User};

async fn program() -> orm::Result<()> {
    Post::objects().filter(Post::category.to(Category::parent.to(User::username)).eq("x")).all().await?;
    Ok(())
}

fn main() {}
