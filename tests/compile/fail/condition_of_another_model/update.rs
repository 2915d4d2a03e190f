use orm::prelude::*;
use orm_tests::scenario::blog::*;

async fn program() -> orm::Result<()> {
    Post::objects().update(User::age.set(3)).await?;
    Ok(())
}

fn main() {}
