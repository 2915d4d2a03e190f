use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    let id: i32 = 1;
    User::objects().filter(User::id.eq(id)).all().await?;
    Ok(())
}

fn main() {}
