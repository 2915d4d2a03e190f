use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    let names = User::objects().select(User::username).tracked().all().await?;
    Ok(())
}

fn main() {}
