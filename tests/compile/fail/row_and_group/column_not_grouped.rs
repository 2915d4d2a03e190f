use orm::prelude::*;
use orm_tests::scenario::blog::Post;

async fn program() -> orm::Result<()> {
    Post::objects()
        .group_by(Post::author)
        .select((key(Post::author), Post::title, count(Post::id)))
        .all()
        .await?;
    Ok(())
}

fn main() {}
