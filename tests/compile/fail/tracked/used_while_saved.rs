use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    let mut ann = User::objects().tracked().get(1).await?;
    let saving = ann.save();
    ann.age = Some(30);
    saving.await?;
    Ok(())
}

fn main() {}
