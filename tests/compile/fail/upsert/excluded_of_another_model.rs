use orm::prelude::*;
use orm_tests::scenario::blog::{NewUser, Post, User};

async fn program() -> orm::Result<()> {
    User::objects()
        .upsert(NewUser::new("ann"))
        .on_conflict(User::username)
        .update(User::age.set(Post::likes.excluded()))
        .await?;
    Ok(())
}

fn main() {}
