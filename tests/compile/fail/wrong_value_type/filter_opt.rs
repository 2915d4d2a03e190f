use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    let name: Option<String> = None;
    User::objects().filter_opt(name, |name| User::age.eq(name)).all().await?;
    Ok(())
}

fn main() {}
