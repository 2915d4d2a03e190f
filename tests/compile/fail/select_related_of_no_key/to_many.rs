use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    User::objects().select_related(User::posts).all().await?;
    Ok(())
}

fn main() {}
