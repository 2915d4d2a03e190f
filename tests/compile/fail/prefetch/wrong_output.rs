use orm::prelude::*;
use orm_tests::scenario::blog::{Category, Post, User};

async fn program() -> orm::Result<()> {
    let _: Vec<(User, Vec<Category>)> = User::objects().prefetch_related(User::posts).all().await?;
    let _: Vec<(User, Vec<Post>)> = User::objects().prefetch_related(User::posts.limit(3)).all().await?;
    Ok(())
}

fn main() {}
