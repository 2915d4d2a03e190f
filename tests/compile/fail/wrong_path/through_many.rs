use orm::prelude::*;
use orm_tests::scenario::blog::{Post, User};

async fn program() -> orm::Result<()> {
    User::objects().filter(User::posts.to(Post::title).eq("x")).all().await?;
    Ok(())
}

fn main() {}
