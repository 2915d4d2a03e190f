use orm::{Expr, QuerySet, Row};
use orm_tests::scenario::blog::{Post, User, UserPatch};

struct Other;

fn ages<Ex>(users: QuerySet<User, User, Row, Ex>) {
    let _ = users.all();
}

fn is_lent<E: orm::Lend>(_: E) {}

fn is_kind<K: orm::Kind>(_: &Expr<User, i64, K>) {}

fn passes_on<K>(number: &Expr<User, i64, K>) {
    is_kind(number);
}

fn changes<M>(_: impl orm::model::Patch<M>) {}

fn is_part<T: orm::types::Single>() {}

fn is_body<B: orm::Body<(), orm::Error>>(_: &B) {}

fn is_row<K: orm::RowLevel>(_: Expr<User, i64, K>) {}

fn is_step<R: orm::StepResult>(_: R) {}

fn main() {
    is_lent(Other);
    changes::<Post>(UserPatch::default());
    is_part::<Other>();
    is_body(&Other);
    is_row(orm::count(User::id));
    is_step(0.5);
}
