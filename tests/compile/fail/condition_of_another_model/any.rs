use orm::prelude::*;
use orm_tests::scenario::blog::{Category, User};

async fn program() -> orm::Result<()> {
    User::objects().filter(User::posts.any(Category::name.eq("x"))).all().await?;
    Ok(())
}

fn main() {}
