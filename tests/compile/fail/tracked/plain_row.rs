use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    let mut ann = User::objects().get(1).await?;
    ann.age = Some(30);
    ann.save().await?;
    Ok(())
}

fn main() {}
