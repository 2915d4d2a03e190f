use orm::prelude::*;
use orm_tests::scenario::blog::{NewUser, Post};

async fn program() -> orm::Result<()> {
    Post::objects().bulk_create([NewUser::new("ann")]).await?;
    Ok(())
}

fn main() {}
