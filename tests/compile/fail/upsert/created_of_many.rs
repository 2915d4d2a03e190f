use orm::prelude::*;
use orm_tests::scenario::blog::{NewUser, User};

async fn program() -> orm::Result<()> {
    User::objects()
        .bulk_upsert([NewUser::new("ann"), NewUser::new("bob")])
        .on_conflict(User::username)
        .do_nothing()
        .created()
        .await?;
    Ok(())
}

fn main() {}
