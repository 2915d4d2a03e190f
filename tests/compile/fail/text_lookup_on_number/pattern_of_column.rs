use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    User::objects().filter(User::username.matches(User::username)).all().await?;
    Ok(())
}

fn main() {}
