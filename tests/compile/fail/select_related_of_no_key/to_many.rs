use orm::prelude::*;
use orm_tests::scenario::blog::*;

async fn program() -> orm::Result<()> {
    User::objects().select_related(User::posts).all().await?;
    Ok(())
}

fn main() {}
