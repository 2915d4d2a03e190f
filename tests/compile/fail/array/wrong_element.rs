use orm::prelude::*;

#[derive(Model)]
#[model(table = "posts")]
struct Post {
    #[field(primary_key)]
    id: i64,
    tags: Vec<String>,
    ratings: Option<Vec<Option<i32>>>,
    likes: i64,
}

async fn program() -> orm::Result<()> {
    Post::objects().filter(Post::tags.has(1)).all().await?;
    Post::objects().filter(Post::ratings.has("a")).all().await?;
    Post::objects().filter(Post::ratings.has(Post::likes)).all().await?;
    Post::objects().filter(Post::tags.contains([1, 2])).all().await?;
    Post::objects().filter(Post::tags.contains("a")).all().await?;
    Post::objects().filter(Post::tags.overlaps(Post::ratings)).all().await?;
    Post::objects().filter(Post::tags.contained_by(vec![Some("a")])).all().await?;
    Post::objects().filter(Post::tags.eq([1])).all().await?;
    Ok(())
}

fn main() {}
