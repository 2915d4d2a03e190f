use orm::prelude::*;
use orm_tests::scenario::blog::{Post, UserPatch};

async fn program() -> orm::Result<()> {
    Post::objects().patch(UserPatch { age: Some(None), ..UserPatch::default() }).await?;
    Ok(())
}

fn main() {}
