use orm::prelude::*;
use orm_tests::scenario::blog::{Post, User};

async fn program() -> orm::Result<()> {
    let least = Some(3);
    User::objects().filter_opt(least, |least| Post::likes.ge(least)).all().await?;
    Ok(())
}

fn main() {}
