use orm::prelude::*;
use orm_tests::scenario::blog::{NewUser, User};

async fn program() -> orm::Result<()> {
    User::objects().upsert(NewUser::new("ann")).on_conflict(User::username).await?;
    Ok(())
}

fn main() {}
