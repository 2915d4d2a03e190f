use orm::prelude::*;
use orm_tests::scenario::blog::{NewUser, User};

async fn program() -> orm::Result<()> {
    User::objects()
        .upsert(NewUser::new("ann"))
        .on_conflict(User::username)
        .do_nothing()
        .filter(User::age.gt(30))
        .await?;
    Ok(())
}

fn main() {}
