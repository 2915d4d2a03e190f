//! Users and posts on two databases: the tour of the surface in one file.
//!
//! `cargo run -p blog -- [<url> [<second url>]]`: any SQLite, PostgreSQL, MySQL or MariaDB URL, the same program. Two
//! SQLite files below `target` by default. Run again, it finds its rows and adds none.

use orm::prelude::*;

static DB: Database = Database::deferred("default"); // bound when the program runs

/// Settings of all models here.
#[derive(Meta)]
#[meta(database = DB, table_prefix = "blog_")]
struct BlogMeta;

/// Somebody who writes.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = BlogMeta, table = "users")]
pub struct User {
    /// Given by the database.
    #[field(primary_key)]
    pub id: i64,
    /// The name to log in with.
    #[field(max_length = 80, unique)]
    pub username: String,
    /// The age, if it was told.
    pub age: Option<i32>,
    /// When the account was made.
    #[field(auto_now_add)]
    pub created_at: DateTime<Utc>,
}

/// Something written.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = BlogMeta, table = "posts", index(author, -published_at))]
pub struct Post {
    /// Given by the database.
    #[field(primary_key)]
    pub id: i64,
    /// Who wrote it. The column `author_id`; also gives `User::posts`.
    #[field(on_delete = cascade, related_name = posts)]
    pub author: ForeignKey<User>,
    /// The title.
    pub title: String,
    /// How many like it.
    #[field(default = 0)]
    pub likes: i32,
    /// When it was published, if it was.
    pub published_at: Option<DateTime<Utc>>,
}

/// Ann and Bob with their posts, unless they are there already.
async fn fill() -> orm::Result<()> {
    if User::objects().filter(User::username.in_(["ann", "bob"])).exists().await? {
        return Ok(());
    }
    atomic(async |_| {
        let ann = User::objects().create(NewUser::new("ann").age(30)).await?;
        let bob = User::objects().create(NewUser::new("bob").age(17)).await?;
        Post::objects().create(NewPost::new(&ann, "Hello")).await?;
        let at = |n: i32| DateTime::from_timestamp(1_700_000_000 + i64::from(n), 0);
        let part = |n| NewPost::new(&ann, format!("Part {n}")).likes(n * 10).published_at(at(n));
        Post::objects().bulk_create((1..=4).map(part)).await?;
        Post::objects().create(NewPost::new(&bob, "Me too").likes(3)).await?;
        Ok(())
    })
    .await
}

#[tokio::main]
async fn main() -> orm::Result<()> {
    let mut urls = std::env::args().skip(1);
    let _ = std::fs::create_dir_all("target"); // for the default files
    DB.init(urls.next().unwrap_or("sqlite://target/blog.db".into())).await?;
    let second = urls.next().unwrap_or("sqlite://target/analytics.db".into());
    let analytics = db::connect(second).name("analytics").await?; // closed on drop
    db::create_all().await?; // every model, on its own database
    analytics.create_all().await?; // and on this one
    fill().await?;
    println!("default: {}", DB.url().unwrap_or_default());
    println!("analytics: {}", analytics.url().unwrap_or_default());

    // The same query on another database, by its name or its handle.
    let adults = User::objects().filter(User::age.ge(18));
    println!("adults: {}", adults.clone().count().await?);
    println!("adults, analytics: {}", adults.using("analytics").count().await?);

    let popular = Post::objects()
        .filter(Post::author.to(User::username).starts_with("a") & Post::likes.gt(10))
        .order_by(Post::published_at.desc().nulls_last())
        .select_related(Post::author) // Vec<(Post, User)>
        .limit(20)
        .all()
        .await?;
    for (post, author) in &popular {
        println!("popular: {} by {} ({} likes)", post.title, author.username, post.likes);
    }
    assert_eq!(popular.len(), 3);

    let per_author = Post::objects()
        .group_by(Post::author)
        .having(count(Post::id).gt(3))
        .annotate((count(Post::id), avg(Post::likes))) // keys first: Vec<(i64, i64, Option<f64>)>
        .all()
        .await?;
    for (author, posts, likes) in &per_author {
        println!("author {author}: {posts} posts, {} likes on average", likes.unwrap_or_default());
    }
    assert!(matches!(per_author[..], [(_, 5, Some(20.0))]));

    let silent =
        User::objects().filter(User::posts.none(Post::published_at.is_not_null())).select(User::username);
    println!("never published: {}", silent.all().await?.join(", "));
    analytics.close().await?;
    DB.close().await?;
    Ok(())
}
