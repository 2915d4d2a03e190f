use orm::prelude::*;
use orm_tests::scenario::blog::Post;

async fn program() -> orm::Result<()> {
    let size = case().when(count_rows().gt(3), Post::likes).end();
    Post::objects().aggregate(size).await?;
    Ok(())
}

fn main() {}
