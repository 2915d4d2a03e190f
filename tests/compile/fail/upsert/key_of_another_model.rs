use orm::prelude::*;
use orm_tests::scenario::blog::{NewUser, Post, User};

async fn program() -> orm::Result<()> {
    User::objects().upsert(NewUser::new("ann")).on_conflict(Post::title).do_nothing().await?;
    Ok(())
}

fn main() {}
