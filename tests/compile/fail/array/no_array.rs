use orm::Hstore;
use orm::prelude::*;

#[derive(Model)]
#[model(table = "posts")]
struct Post {
    #[field(primary_key)]
    id: i64,
    title: String,
    bytes: Vec<u8>,
    tags: Vec<String>,
    details: Hstore,
}

async fn program() -> orm::Result<()> {
    Post::objects().filter(Post::title.has("a")).all().await?;
    Post::objects().filter(Post::bytes.overlaps([1_u8])).all().await?;
    Post::objects().filter(Post::id.len().eq(1)).all().await?;
    Post::objects().filter(Post::id.contains("a")).all().await?;
    Post::objects().filter(Post::tags.has_key("a")).all().await?;
    Post::objects().filter(Post::tags.starts_with("a")).all().await?;
    Post::objects().filter(Post::details.contains("a")).all().await?;
    Post::objects().filter(Post::details.get(1).is_null()).all().await?;
    Ok(())
}

fn main() {}
