use orm::prelude::*;
use orm_tests::scenario::blog::{NewUser, User};

async fn program() -> orm::Result<()> {
    User::objects().create(NewUser { username: "x".into(), age: None }).await?;
    Ok(())
}

fn main() {}
