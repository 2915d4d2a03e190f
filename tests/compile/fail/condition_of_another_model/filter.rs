use orm::prelude::*;
use orm_tests::scenario::blog::{Post, User};

async fn program() -> orm::Result<()> {
    User::objects().filter(Post::likes.gt(1)).all().await?;
    Ok(())
}

fn main() {}
