//! The models of the guide, their metadata, and what is generated beside them.

use orm::model::{Action, AutoValue, DefaultValue, Insert, Literal, Patch, Values};
use orm::prelude::*;

static DB: Database = Database::deferred("default");
static PROXY: DatabaseProxy = DatabaseProxy::new();

#[derive(Meta)]
#[meta(database = DB, table_prefix = "blog_", app = "blog")]
struct AppMeta;

#[derive(Meta)]
#[meta(database = PROXY, schema = "archive", extends = AppMeta)]
struct ArchiveMeta;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = AppMeta, table = "users", patch(Debug, setters), new(Debug, Clone))]
pub struct User {
    #[field(primary_key)]
    pub id: i64,
    /// How the user signs in.
    #[field(max_length = 80, unique)]
    pub username: String,
    pub age: Option<i32>,
    pub bio: Option<String>,
    #[field(auto_now_add)]
    pub created_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = ArchiveMeta, index(author, -published_at), unique_together(author, title, name = "once"))]
pub struct BlogPost {
    #[field(primary_key, insertable)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = posts)]
    pub author: ForeignKey<User>,
    #[field(on_delete = set_null, column = "checked_by")]
    pub editor: Option<ForeignKey<User>>,
    #[field(max_length = 100)]
    pub title: String,
    #[field(default = -1)]
    pub likes: i32,
    #[field(default = "draft")]
    pub status: String,
    #[field(default = f64::from(2_u8))]
    pub weight: f64,
    pub published_at: Option<DateTime<Utc>>,
}

/// A field has the name of what fills another.
#[derive(Model)]
struct Label {
    #[field(primary_key)]
    id: i64,
    text: String,
    #[field(default = text())]
    shown: String,
}

fn text() -> String {
    "nothing".to_owned()
}

pub fn main() {
    let users = User::TABLE;
    assert_eq!((users.model, users.name, users.app()), ("User", "users", "blog"));
    assert_eq!(users.full_name(), "blog_users");
    assert!(users.meta.database.is_some());
    let columns: Vec<_> = users.columns().map(|column| column.name).collect();
    assert_eq!(columns, ["id", "username", "age", "bio", "created_at"]);
    assert!(std::ptr::eq(users.primary_key[0], &users.fields[0]));
    assert_eq!(users.fields[0].auto, AutoValue::Increment);
    assert_eq!(users.fields[1].doc, "How the user signs in.");
    assert!(users.fields[1].unique && users.fields[1].columns[0].max_length == Some(80));
    assert!(users.fields[2].nullable());
    assert_eq!(users.fields[4].auto, AutoValue::NowOnInsert);

    let posts = BlogPost::TABLE;
    assert_eq!((posts.name, posts.meta.schema, posts.meta.prefix), ("blog_post", Some("archive"), Some("blog_")));
    assert_eq!(posts.fields[1].columns[0].name, "author_id");
    assert_eq!(posts.fields[2].columns[0].name, "checked_by");
    let author = posts.fields[1].reference.expect("a foreign key");
    assert!(std::ptr::eq((author.target)(), users));
    assert_eq!((author.on_delete, author.on_update), (Action::Cascade, Action::NoAction));
    assert_eq!(posts.fields[4].default, DefaultValue::Literal(Literal::Int(-1)));
    assert_eq!(posts.fields[5].default, DefaultValue::Literal(Literal::Text("draft")));
    assert_eq!(posts.fields[6].default, DefaultValue::Expression("f64::from(2_u8)"));
    let [index, unique] = posts.indexes else { panic!("two indexes") };
    let orm::model::IndexOf::Field(field) = index.parts[1].of else { panic!("a field") };
    assert!(std::ptr::eq(field, &posts.fields[7]) && index.parts[1].descending);
    assert!(unique.unique && unique.name == Some("once"));
    assert!(orm::model::tables().iter().any(|table| std::ptr::eq(*table, posts)));

    let _: Column<BlogPost, ForeignKey<User>> = BlogPost::author;
    let _: Column<BlogPost, Option<ForeignKey<User>>> = BlogPost::editor;
    let _: Relation<User, BlogPost, orm::Many> = User::posts;

    let ann = User { id: 7, username: "ann".into(), age: None, bio: None, created_at: Utc::now() };
    assert_eq!(ann.key(), 7);
    let new = NewUser::new("ann").age(30).bio("x").bio(None).bio(String::from("y")).age(Some(31));
    assert_eq!((new.clone().age, new.bio.as_deref()), (Some(31), Some("y")));
    let post = NewBlogPost::new(&ann, "Hello").editor(&ann).likes(3).id(9);
    assert_eq!((post.likes, post.weight, post.id), (3, 2.0, Some(9)));
    assert_eq!(post.status, "draft");
    assert_eq!(*post.author.key(), 7);
    assert_eq!(NewBlogPost::new(7, "Hello").editor(8).editor.map(ForeignKey::into_inner), Some(8));

    let (mut given, mut expected) = (Values::default(), Values::default());
    NewBlogPost::new(&ann, "Hello").values(&mut given);
    expected.skip();
    assert_ne!(given, expected);

    let label = NewLabel::new("given");
    assert_eq!((label.text.as_str(), label.shown.as_str()), ("given", "nothing"));

    let mut changes = Vec::new();
    UserPatch { age: Some(None), ..UserPatch::default() }.username("bob").values(&mut changes);
    let names: Vec<_> = changes.iter().map(|(field, _)| field.name).collect();
    assert_eq!(names, ["username", "age"]);
    assert!(std::ptr::eq(changes[1].0, &users.fields[2]) && changes[1].1.is_null());
}
