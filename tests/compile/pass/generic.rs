//! Functions over any model, and over any query of one.

use orm::model::{ForeignKey, IntoKey, IntoNew};
use orm::prelude::*;
use orm::types::Decode;
use orm::{Condition, Executor, Ordering, Row, Run, Selection};
use orm_tests::scenario::blog::{NewUser, Post, User};
use orm_tests::scenario::shop::{Order, OrderLine};

fn page<M: Model>(number: u64) -> QuerySet<M> {
    M::objects().limit(20).offset(20 * number)
}

async fn find<M: Model>(key: impl IntoKey<M>) -> orm::Result<Option<M>> {
    M::objects().get_or_none(key).await
}

fn insert<M: Model>(new: impl IntoNew<M>) -> Run<'static, M> {
    M::objects().create(new)
}

fn filtered<M: Model, C: Condition<M>>(conditions: Vec<C>) -> QuerySet<M> {
    conditions.into_iter().fold(M::objects(), QuerySet::filter)
}

fn ordered<M: Model, O: Decode>(query: QuerySet<M, O>, by: impl Ordering<M, Row>) -> QuerySet<M, O> {
    query.order_by(by)
}

fn only<M: Model, S: Selection<M, Row>>(values: S) -> QuerySet<M, S::Out> {
    M::objects().select(values)
}

fn all<'c, M: Model, O: Decode, E: Executor<'c>>(query: QuerySet<M, O, Row, E>) -> Run<'c, Vec<O>> {
    query.all()
}

fn of<M, R: Model>(column: Column<M, ForeignKey<R>>, row: &R) -> Q<M> {
    column.eq(row)
}

fn same_key<M: Model>(one: &M, other: &M) -> bool {
    one.key() == other.key()
}

pub fn main() {
    let sql = |query: Run<'_, Vec<User>>| query.to_sql(Backend::Sqlite).unwrap_or_default();
    assert!(sql(page::<User>(2).all()).contains("LIMIT"));
    let _ = (find::<User>(1), find::<OrderLine>((1, 2)), find::<Post>(ForeignKey::from(3)));
    let _ = insert::<User>(NewUser::new("ann"));
    let both = filtered(vec![User::age.gt(1), User::username.eq("ann")]);
    let _ = all(ordered(both.clone(), (User::age.desc(), User::id)));
    let names: Run<'static, Vec<(i64, String)>> = all(only::<User, _>((User::id, User::username)));
    assert!(names.to_sql(Backend::Sqlite).is_ok_and(|sql| sql.contains("username")));
    assert!(sql(both.all()).contains("username"));

    let order = |id| Order { id, by: String::new(), group: NaiveDate::default() };
    assert!(same_key(&order(1), &order(1)) && !same_key(&order(1), &order(2)));
    let _ = OrderLine::objects().filter(of(OrderLine::order, &order(1)) & OrderLine::product.eq("a-1"));
}
