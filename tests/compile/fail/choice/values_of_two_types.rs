use orm::prelude::*;
use orm_tests::scenario::blog::Post;

async fn program() -> orm::Result<()> {
    let fame = case().when(Post::likes.gt(10), "known").otherwise(0);
    Post::objects().select(fame).all().await?;
    Ok(())
}

fn main() {}
