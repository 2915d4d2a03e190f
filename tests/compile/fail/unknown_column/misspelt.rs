use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    User::objects().filter(User::agee.gt(3)).all().await?;
    Ok(())
}

fn main() {}
