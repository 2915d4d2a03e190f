//! Paths as constants, conditions, orders and changes that are put together at run time.

use std::collections::BTreeSet;

use orm::OrderBy;
use orm::prelude::*;
use orm_tests::scenario::blog::{Category, Post, User};

const AUTHOR: Column<Post, String> = Post::author.to(User::username);
const SECTION: Column<Post, Option<String>> = Post::category.to(Category::parent.to(Category::name));
static BY_AGE: Column<Post, Option<i32>> = Post::author.to(User::age);

struct Wanted {
    words: Vec<String>,
    author: Option<String>,
    least_likes: Option<i32>,
    ids: BTreeSet<i64>,
}

fn condition(wanted: &Wanted) -> Q<Post> {
    let mut condition = Q::always();
    for word in &wanted.words {
        condition = condition & (Post::title.contains(word) | AUTHOR.contains(word));
    }
    if let Some(least) = wanted.least_likes {
        condition = condition & Post::likes.ge(least);
    }
    condition & !SECTION.eq("hidden")
}

fn query(wanted: &Wanted, sort: &[&str]) -> QuerySet<Post> {
    let any: Vec<Q<Post>> = vec![BY_AGE.gt(18), SECTION.is_null(), Post::author.to(User::active).eq(true)];
    let order: Vec<OrderBy<Post>> = sort.iter().map(|by| match *by {
        "likes" => Post::likes.desc(),
        "age" => BY_AGE.asc().nulls_last(),
        _ => AUTHOR.asc(),
    }).collect();
    Post::objects()
        .filter(condition(wanted))
        .filter(Q::any_of(any))
        .filter(Q::all_of([Post::id.gt(0), Post::likes.gt(0)]))
        .filter(Post::id.in_(&wanted.ids))
        .filter_opt(wanted.author.as_deref(), |name| AUTHOR.eq(name))
        .filter_opt(wanted.least_likes, |least| Post::likes.gt(least))
        .order_by(order)
}

pub fn main() {
    let mut wanted =
        Wanted { words: Vec::new(), author: None, least_likes: None, ids: BTreeSet::from([1, 2]) };
    let sql = |wanted: &Wanted| query(wanted, &["likes", "age"]).to_sql(Backend::Sqlite).unwrap_or_default();
    let few = sql(&wanted);
    wanted.words = vec!["a".to_owned(), "b".to_owned()];
    wanted.author = Some("ann".to_owned());
    wanted.least_likes = Some(3);
    assert!(!few.is_empty() && sql(&wanted).len() > few.len());

    let mut changes = vec![Post::likes.set(Post::likes + 1)];
    if wanted.author.is_some() {
        changes.push(Post::category.set(None));
    }
    let update = query(&wanted, &[]).update(changes);
    assert!(update.to_sql(Backend::Sqlite).is_ok_and(|sql| sql.contains("category_id")));
}
