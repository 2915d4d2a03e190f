use orm::prelude::*;
use orm_tests::scenario::blog::{Post, User};

async fn program() -> orm::Result<()> {
    User::objects().filter(User::posts.order_by(Post::id).limit(3).count().gt(2)).all().await?;
    Ok(())
}

fn main() {}
