use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    use sqlx::Connection as _;
    let mut lent = sqlx::SqliteConnection::connect("sqlite::memory:").await.unwrap();
    let query = User::objects().using(&mut lent);
    query.clone().all().await?;
    query.all().await?;
    Ok(())
}

fn main() {}
