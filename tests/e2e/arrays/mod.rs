//! Arrays: fields of PostgreSQL alone, refused elsewhere.

mod bulk;
mod conditions;
pub(crate) mod every;
mod refused;
mod stored;

use orm::prelude::*;
use orm_tests::TestDb;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// What the harness calls a failure.
type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "array_posts", new(Debug, Clone), index(tags, method = "gin"))]
struct Post {
    #[field(primary_key)]
    id: i64,
    #[field(unique)]
    number: i32,
    tags: Vec<String>,
    #[field(max_length = 20)]
    short: Vec<String>,
    scores: Option<Vec<i32>>,
    marks: Option<Vec<Option<i32>>>,
    category: Option<String>,
}

/// One that refers to a post.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "array_comments")]
struct Comment {
    #[field(primary_key)]
    id: i64,
    #[field(related_name = comments)]
    post: ForeignKey<Post>,
    likes: Vec<i64>,
}

/// Values of a strategy, always the same.
struct Random(TestRunner);

impl Random {
    fn new(seed: u8) -> Self {
        Self(TestRunner::new_with_rng(
            Config::default(),
            TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]),
        ))
    }

    fn next<S: Strategy>(&mut self, strategy: &S) -> Result<S::Value, Failure> {
        Ok(strategy.new_tree(&mut self.0).map_err(|reason| reason.to_string())?.current())
    }
}

/// How many random cases to run.
fn cases(usual: usize, full: usize) -> usize {
    if std::env::var_os("ORM_TEST_FULL").is_some() { full } else { usual }
}

/// Characters that mean something within an array, and others.
fn texts() -> impl Strategy<Value = String> {
    let special =
        prop::sample::select(vec!['\'', '"', '\\', '{', '}', ',', ' ', '%', '?', '$', 'ä', '😀', '\n', '\t']);
    let plain = any::<char>().prop_filter("no database holds it", |c| *c != '\0');
    let mixed = prop::collection::vec(prop_oneof![plain, special], 0..12).prop_map(String::from_iter);
    prop_oneof![8 => mixed, 1 => Just("NULL".to_owned()), 1 => Just(String::new())]
}

async fn filled(db: &TestDb, posts: &[NewPost]) -> Result<Vec<Post>, Failure> {
    db.handle().create_tables(&[Post::TABLE]).await?;
    Post::objects().using(db.handle()).bulk_create(posts.to_vec()).await?;
    Ok(Post::objects().using(db.handle()).order_by(Post::id.asc()).all().await?)
}
