use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program(connection: &mut sqlx::SqliteConnection) -> orm::Result<u64> {
    orm::with_database(connection, async { User::objects().count().await }).await
}

fn main() {}
