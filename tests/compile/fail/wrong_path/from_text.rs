use orm::prelude::*;
use orm_tests::scenario::blog::{Post, User};

async fn program() -> orm::Result<()> {
    Post::objects().filter(Post::title.to(User::username).eq("x")).all().await?;
    Ok(())
}

fn main() {}
