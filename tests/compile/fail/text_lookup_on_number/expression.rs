use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    User::objects().filter((User::age + 1).iends_with("a")).all().await?;
    Ok(())
}

fn main() {}
