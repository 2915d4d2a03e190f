use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    let rows = User::objects().filter(User::active).await?;
    Ok(())
}

fn main() {}
