use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    User::objects().filter(User::username.istarts_with(7)).all().await?;
    Ok(())
}

fn main() {}
