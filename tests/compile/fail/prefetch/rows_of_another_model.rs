use orm_tests::scenario::blog::{Post, User};

async fn program(posts: Vec<Post>) -> orm::Result<()> {
    User::posts.load(&posts).await?;
    Ok(())
}

fn main() {}
