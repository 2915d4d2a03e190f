use orm::prelude::*;
use orm_tests::scenario::blog::*;

async fn program() -> orm::Result<()> {
    User::objects().filter(true).all().await?;
    Ok(())
}

fn main() {}
