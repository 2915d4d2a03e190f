#![deny(unused_must_use)]

use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program(users: Vec<User>, db: Database) {
    User::posts.load(&users).using(&db);
    User::posts.limit(3);
}

fn main() {}
