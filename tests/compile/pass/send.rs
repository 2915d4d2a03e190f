//! Queries and transactions go wherever values go: into tasks, into each other, into handlers, into structs.

use std::convert::Infallible;
use std::future::{Future, IntoFuture};
use std::sync::Arc;

use orm::prelude::*;
use orm::{Run, RunFuture};
use orm_tests::scenario::blog::{Category, NewUser, Post, User, UserPatch};

fn is_send<T: Send>(value: T) -> T {
    value
}

fn is_free<T: Clone + Send + Sync + 'static>(value: T) -> T {
    value
}

/// Like `tokio::spawn`, but never run: there is no database here.
fn spawn<F: Future<Output: Send + 'static> + Send + 'static>(future: F) {
    drop(future);
}

fn terminals() {
    let users = || User::objects().filter(User::active);
    let new = || NewUser::new("ann");
    spawn(users().all().into_future());
    spawn(users().first().into_future());
    spawn(users().last().into_future());
    spawn(users().one().into_future());
    spawn(users().one_or_none().into_future());
    spawn(users().count().into_future());
    spawn(users().exists().into_future());
    spawn(users().get(1).into_future());
    spawn(users().get_or_none(1).into_future());
    spawn(users().aggregate((count(User::id), max(User::age))).into_future());
    spawn(users().create(new()).into_future());
    spawn(users().bulk_create([new(), new()]).into_future());
    spawn(users().bulk_create([new(), new()]).ignore_conflicts().into_future());
    spawn(users().get_or_create(new()).into_future());
    spawn(users().update_or_create(new(), User::age.set(User::age.excluded())).into_future());
    let upsert = || User::objects().upsert(new()).on_conflict(User::username);
    spawn(upsert().do_nothing().created().into_future());
    spawn(upsert().update(User::age.set(1)).filter(User::active).into_future());
    let upserts = User::objects().bulk_upsert([new(), new()]).on_conflict(User::id);
    spawn(upserts.update(User::age.set(User::age.excluded())).into_future());
    spawn(users().update((User::active.set(false), User::age.set(None))).into_future());
    spawn(users().update_all(User::age.set(User::age + 1)).into_future());
    spawn(users().patch(UserPatch { age: Some(None), ..UserPatch::default() }).into_future());
    spawn(users().delete().into_future());
    spawn(users().delete_all().into_future());
    spawn(Post::objects().select_related(Post::author).annotate(Post::likes + 1).all().into_future());
    spawn(Post::objects().group_by(Post::author).annotate(count(Post::id)).all().into_future());
}

fn borrowed_locals() {
    spawn(async {
        let name = String::from("ann");
        let ids = vec![1, 2];
        let ann = User::objects().filter(User::username.eq(&name)).one().await?;
        let by_ann = Post::objects().filter(Post::author.eq(&ann) & Post::id.in_(&ids));
        let posts = by_ann.clone().order_by(Post::likes.desc()).all().await?;
        let first = User::posts.of(&ann).first().await?;
        by_ann.update(Post::title.set(&name)).await?;
        Ok::<_, orm::Error>((posts, first, name, ids))
    });
}

fn transactions(default: &Database) {
    let (database, name) = (default.clone(), Arc::new(String::from("ann")));
    spawn(async move {
        let found = orm::atomic(async |tx| {
            let ann = User::objects().using(&tx).create(NewUser::new(name.as_str())).await?;
            let posts = orm::atomic(async |inner| {
                let posts = Post::objects().using(inner).filter(Post::author.eq(&ann)).all().await?;
                tx.atomic(async |_| Category::objects().get(1).await.map(drop)).await?;
                Ok(posts)
            })
            .await?;
            Ok((ann, posts))
        })
        .using(&database)
        .retry(3)
        .await?;
        Ok::<_, orm::Error>(found)
    });
}

/// An error of an application.
#[derive(Debug)]
struct AppError;

impl From<orm::Error> for AppError {
    fn from(_: orm::Error) -> Self {
        Self
    }
}

/// What web frameworks ask of a handler: that its future is `Send`, whatever it holds across an `.await`.
trait Handler<Argument> {
    fn accepted_as_handler(self);
}

impl<F, Fut, Argument, T, E> Handler<Argument> for F
where
    F: FnOnce(Argument) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<T, E>> + Send,
{
    fn accepted_as_handler(self) {}
}

async fn show(id: i64) -> Result<(User, Vec<Post>), AppError> {
    let user = User::objects().get(id).await?;
    let posts = Post::objects().filter(Post::author.eq(&user)).all().await?;
    Ok((user, posts))
}

async fn rename(new: String) -> Result<u64, AppError> {
    orm::atomic(async |_| -> Result<_, AppError> {
        let user = User::objects().order_by(User::id).first().await?.ok_or(AppError)?;
        Ok(User::objects().filter(User::id.eq(user.id)).update(User::username.set(&new)).await?)
    })
    .await
}

async fn count_all(db: Database) -> Result<u64, orm::Error> {
    User::objects().using(db).count().await
}

/// A repository as applications write one.
#[derive(Debug, Clone)]
struct Users {
    adults: QuerySet<User>,
    names: QuerySet<User, (i64, String)>,
}

impl Users {
    fn new() -> Self {
        let adults = User::objects().filter(User::age.ge(18));
        Self { names: adults.clone().select((User::id, User::username)), adults }
    }

    fn find(&self, id: i64) -> Run<'static, User> {
        self.adults.clone().get(id)
    }

    fn names(&self) -> RunFuture<'static, Vec<(i64, String)>> {
        self.names.clone().all().into_future()
    }
}

/// A connection that is lent gives a query that is `Send` too, and no longer than the loan.
async fn lent(connection: &mut sqlx::SqliteConnection) -> orm::Result<Vec<User>> {
    let first: Run<'_, Option<User>> = User::objects().using(&mut *connection).first();
    let _: Option<User> = is_send(first.into_future()).await?;
    User::objects().using(connection).all().await
}

pub fn main() {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { unreachable!() };
    let _inside = runtime.enter();
    static DEFAULT: Database = Database::deferred("default");

    terminals();
    borrowed_locals();
    transactions(&DEFAULT);
    show.accepted_as_handler();
    rename.accepted_as_handler();
    count_all.accepted_as_handler();
    (async |_: ()| Ok::<_, Infallible>(())).accepted_as_handler();

    let users = is_free(Users::new());
    spawn(users.names());
    let _: Run<'static, User> = users.find(1);
    let _ = is_free(Post::objects().select_related(Post::author).using(DEFAULT.clone()));
    let _ = is_free(Post::objects().group_by(Post::author).annotate(count(Post::id)));
    is_free(Post::author.to(User::age).gt(3));
    is_free(Post::author.to(User::age).desc());
    is_free(Post::likes.set(Post::likes + 1));
    let _ = |mut connection: sqlx::SqliteConnection| is_send(async move { lent(&mut connection).await });
}
