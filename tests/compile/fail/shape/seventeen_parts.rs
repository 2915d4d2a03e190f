use orm::prelude::*;
use orm_tests::scenario::blog::Post;

async fn program() -> orm::Result<()> {
    let id = Post::id;
    Post::objects()
        .select((id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id))
        .all()
        .await?;
    Ok(())
}

fn main() {}
