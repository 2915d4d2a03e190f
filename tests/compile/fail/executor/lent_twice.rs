use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    use sqlx::Connection as _;
    let mut lent = sqlx::SqliteConnection::connect("sqlite::memory:").await.unwrap();
    let first = User::objects().using(&mut lent).all();
    let second = User::objects().using(&mut lent).all();
    first.await?;
    second.await?;
    Ok(())
}

fn main() {}
