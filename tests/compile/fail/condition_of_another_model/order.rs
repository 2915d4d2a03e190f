use orm::prelude::*;
use orm_tests::scenario::blog::{Post, User};

async fn program() -> orm::Result<()> {
    Post::objects().order_by(User::age).all().await?;
    Ok(())
}

fn main() {}
