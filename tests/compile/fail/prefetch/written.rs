use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    User::objects().prefetch_related(User::posts).delete_all().await?;
    Ok(())
}

fn main() {}
