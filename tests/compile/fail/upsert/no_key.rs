use orm::prelude::*;
use orm_tests::scenario::blog::{NewUser, User};

async fn program() -> orm::Result<()> {
    User::objects().upsert(NewUser::new("ann")).update(User::age.set(30)).await?;
    Ok(())
}

fn main() {}
