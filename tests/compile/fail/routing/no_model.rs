use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program(db: Database) -> orm::Result<u64> {
    orm::with_database(&db, async { User::objects().count().await }).models::<(User, i32)>().await
}

fn main() {}
