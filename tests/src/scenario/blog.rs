//! People who write posts in categories, which have parents.

use orm::model::Table;
use orm::prelude::*;

/// Somebody who writes.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "users")]
pub struct User {
    /// The key.
    #[field(primary_key, insertable)]
    pub id: i64,
    /// The name to log in with.
    #[field(max_length = 80, unique)]
    pub username: String,
    /// The age, if it was told.
    pub age: Option<i32>,
    /// Whether the account is open.
    #[field(default = true)]
    pub active: bool,
    /// When the account was made.
    #[field(auto_now_add)]
    pub created_at: DateTime<Utc>,
    /// When the account was last changed.
    #[field(auto_now)]
    pub updated_at: DateTime<Utc>,
}

/// A place for posts.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "categories")]
pub struct Category {
    /// The key.
    #[field(primary_key, insertable)]
    pub id: i64,
    /// The name.
    pub name: String,
    /// The category that it is part of.
    #[field(related_name = children, on_delete = cascade)]
    pub parent: Option<ForeignKey<Category>>,
}

/// Something written.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "posts", index(author, -published_at), unique_together(author, title))]
pub struct Post {
    /// The key.
    #[field(primary_key, insertable)]
    pub id: i64,
    /// Who wrote it.
    #[field(on_delete = cascade, related_name = posts)]
    pub author: ForeignKey<User>,
    /// Where it belongs.
    #[field(on_delete = set_null, related_name = posts)]
    pub category: Option<ForeignKey<Category>>,
    /// The title.
    #[field(max_length = 200)]
    pub title: String,
    /// How many like it.
    #[field(default = 0)]
    pub likes: i32,
    /// When it was published, if it was.
    pub published_at: Option<DateTime<Utc>>,
}

/// The tables of the story.
pub const TABLES: [&Table; 3] = [User::TABLE, Category::TABLE, Post::TABLE];
