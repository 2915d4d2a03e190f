use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    User::objects().filter(User::age.matches("a")).all().await?;
    Ok(())
}

fn main() {}
