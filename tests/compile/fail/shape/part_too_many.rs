use orm::prelude::*;
use orm_tests::scenario::blog::Post;

async fn program() -> orm::Result<()> {
    let one = Post::likes;
    let sixteen =
        Post::objects().annotate((one, one, one, one, one, one, one, one, one, one, one, one, one, one, one));
    sixteen.select_related(Post::author).all().await?;
    Ok(())
}

fn main() {}
