use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    let name: Option<&str> = None;
    User::objects().filter(User::username.eq(name)).all().await?;
    Ok(())
}

fn main() {}
