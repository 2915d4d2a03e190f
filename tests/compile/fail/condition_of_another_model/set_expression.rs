use orm::prelude::*;
use orm_tests::scenario::blog::{Post, User};

async fn program() -> orm::Result<()> {
    Post::objects().update_all(Post::likes.set(User::age)).await?;
    Ok(())
}

fn main() {}
