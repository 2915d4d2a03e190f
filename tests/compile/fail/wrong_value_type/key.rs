use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    User::objects().get("ann").await?;
    Ok(())
}

fn main() {}
