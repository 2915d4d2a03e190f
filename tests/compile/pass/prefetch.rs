//! What is prefetched has the type that is written, and its futures go to other threads.

use std::future::IntoFuture;

use orm::prelude::*;
use orm::{Prefetch, Run};
use orm_tests::scenario::blog::{Category, Post, User};

fn is<T>(_: &Run<'_, T>) {}
fn goes<T: Send>(_: T) {}

/// A function over any relation.
fn newest<M: Model>(relation: Relation<M, Post>) -> Prefetch<M, Post> {
    relation.order_by(Post::published_at.desc()).limit(1)
}

pub fn main() {
    let tree = Category::objects()
        .select_related(Category::parent)
        .prefetch_related(Category::children.with(Category::posts.select_related(Post::author).annotate(Post::likes + 1)))
        .annotate(Category::posts.count())
        .prefetch_related(newest(Category::posts));
    is::<Vec<(Category, Option<Category>, Vec<(Category, Vec<(Post, User, i32)>)>, i64, Vec<Post>)>>(&tree.clone().all());
    is::<Option<(Category, Option<Category>, Vec<(Category, Vec<(Post, User, i32)>)>, i64, Vec<Post>)>>(&tree.clone().first());
    goes(tree.all().into_future());
    let users: Vec<User> = Vec::new();
    let load = newest(User::posts).load(&users);
    is::<Vec<Vec<Post>>>(&load);
    goes(load.using("other").into_future());
    let users: &[&User] = &[];
    is::<Vec<Vec<Post>>>(&User::posts.load(users.iter().copied()));
    is::<Vec<(User, Vec<Post>)>>(&User::objects().prefetch_related(User::posts.filter(Post::likes.gt(3))).all());
    is::<(User, Vec<Post>)>(&User::objects().prefetch_related(User::posts).get(7));
}
