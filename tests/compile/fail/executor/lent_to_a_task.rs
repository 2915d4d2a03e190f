use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    use sqlx::Connection as _;
    let mut lent = sqlx::SqliteConnection::connect("sqlite::memory:").await.unwrap();
    spawn(User::objects().using(&mut lent).all());
    Ok(())
}

fn spawn<T: Send + 'static>(_: T) {}

fn main() {}
