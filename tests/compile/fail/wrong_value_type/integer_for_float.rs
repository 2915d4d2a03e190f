use orm::prelude::*;
use orm_tests::scenario::blog::Post;

async fn program() -> orm::Result<()> {
    Post::objects().group_by(Post::author).having(avg(Post::likes).gt(3)).all().await?;
    Ok(())
}

fn main() {}
