use orm::prelude::*;
use orm_tests::scenario::blog::{NewUser, User};

async fn program() -> orm::Result<()> {
    User::objects().create(NewUser::new("ann")).ignore_conflicts().await?;
    Ok(())
}

fn main() {}
