use orm::prelude::*;
use orm_tests::scenario::blog::Post;

async fn program() -> orm::Result<()> {
    Post::objects().update_all(Post::likes.set("x")).await?;
    Ok(())
}

fn main() {}
