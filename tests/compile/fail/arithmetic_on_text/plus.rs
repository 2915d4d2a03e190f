use orm::prelude::*;

// A type of this program: what the compiler shows of one of the standard library depends on what is installed.
#[derive(DbType, Clone)]
struct Title(String);

#[derive(Model)]
struct Post {
    #[field(primary_key)]
    id: i64,
    title: Title,
}

async fn program() -> orm::Result<()> {
    Post::objects().select(Post::title + 1).all().await?;
    Ok(())
}

fn main() {}
