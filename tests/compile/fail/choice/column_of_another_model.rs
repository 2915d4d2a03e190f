use orm::prelude::*;
use orm_tests::scenario::blog::{Post, User};

async fn program() -> orm::Result<()> {
    Post::objects().select(Post::title.coalesce(User::username)).all().await?;
    Ok(())
}

fn main() {}
