use orm::prelude::*;
use orm_tests::scenario::blog::{Category, User};

async fn program() -> orm::Result<()> {
    let category = Category::objects().get(1).await?;
    User::objects().get(&category).await?;
    Ok(())
}

fn main() {}
