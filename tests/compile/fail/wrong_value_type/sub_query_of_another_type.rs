use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    User::objects().filter(User::id.in_(User::objects().select(User::username))).all().await?;
    Ok(())
}

fn main() {}
