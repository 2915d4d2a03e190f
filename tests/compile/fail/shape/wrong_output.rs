use orm::prelude::*;
use orm_tests::scenario::blog::{Post, User};

async fn program() -> orm::Result<()> {
    let rows: Vec<(Post, User)> = Post::objects().select_related(Post::category).all().await?;
    Ok(())
}

fn main() {}
