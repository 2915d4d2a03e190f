use orm::prelude::*;
use orm_tests::scenario::blog::{Post, User};

async fn program() -> orm::Result<()> {
    Post::objects().update(User::age.set(3)).await?;
    Ok(())
}

fn main() {}
