use orm::prelude::*;
use orm_tests::scenario::blog::*;

async fn program() -> orm::Result<()> {
    User::objects().create(NewUser { username: "x".into(), age: None }).await?;
    Ok(())
}

fn main() {}
