use orm::prelude::*;
use orm_tests::scenario::blog::{NewPost, Post, User};

async fn program() -> orm::Result<()> {
    Post::objects().upsert(NewPost::new(1, "Hello")).on_conflict((Post::author, User::username)).do_nothing().await?;
    Ok(())
}

fn main() {}
