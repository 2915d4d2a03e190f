//! Structs that a query gives instead of models: what `#[derive(Projection)]` implements, and what it uses.

use super::{QuerySet, Selection};
use crate::driver::Cursor;
use crate::error::Result;
use crate::expr::{Column, Path, Row, ToOneKey};
use crate::model::{ForeignKey, Model, Refers, Table};
use crate::plan::Output;
use crate::plan::check::width;
use crate::sql::{column_scale, scale_of};
use crate::types::{DbValue, Decode, intern};

/// A struct that a query of `M` at level `L` can give for each row: see [`QuerySet::select_as`].
///
/// Derived by [`#[derive(Projection)]`](macro@crate::Projection). A model is one of itself, with all of its columns, so that a
/// nested field may be a whole row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a projection of `{M}`",
    label = "not a projection of `{M}` at level `{L}`",
    note = "write `#[derive(Projection)]` and `#[projection(model = {M})]` on `{Self}`; for a grouped query, `#[projection(model = {M}, grouped)]`"
)]
pub trait Projection<M, L = Row>: Decode {
    #[doc(hidden)]
    fn project(out: &mut Vec<Output>);
}

#[diagnostic::do_not_recommend]
impl<M: Model> Projection<M> for M {
    fn project(out: &mut Vec<Output>) {
        out.push(Output::Model(Path::EMPTY));
    }
}

impl<M: Model, Out, L, Ex> QuerySet<M, Out, L, Ex> {
    /// Gives a struct for each row, of the columns and expressions that it names: only these are read.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(table = "users")]
    /// # struct User {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     #[field(max_length = 80)]
    /// #     username: String,
    /// # }
    /// # #[derive(Model)]
    /// # #[model(table = "posts")]
    /// # struct Post {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     #[field(related_name = posts)]
    /// #     author: ForeignKey<User>,
    /// #     title: String,
    /// #     likes: i32,
    /// # }
    /// #[derive(Projection)]
    /// #[projection(model = User)]
    /// struct Author {
    ///     username: String,
    ///     #[projection(expr = User::posts.count())]
    ///     posts: i64,
    /// }
    ///
    /// #[derive(Projection)]
    /// #[projection(model = Post)]
    /// struct Card {
    ///     title: String,
    ///     #[projection(expr = Post::likes * 2)]
    ///     score: i32,
    ///     #[projection(nested)]
    ///     author: Author,
    /// }
    ///
    /// # async fn example() -> orm::Result<()> {
    /// let cards: Vec<Card> = Post::objects().order_by(Post::likes.desc()).limit(10).select_as().all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn select_as<P: Projection<M, L>>(mut self) -> QuerySet<M, P, L, Ex> {
        self.branches.clear();
        self.select.output.clear();
        P::project(&mut self.select.output);
        self.cast()
    }
}

/// A foreign key that leads to what the nested field `P` of a projection is of.
#[diagnostic::on_unimplemented(
    message = "a foreign key of type `{Self}` does not give a nested `{P}`",
    label = "leads to something else than `{P}`",
    note = "the nested field is a projection of the model that the foreign key leads to, or that model itself; it is an `Option` exactly if the foreign key is one"
)]
pub trait Nests<P>: ToOneKey {
    /// How many columns it takes.
    #[doc(hidden)]
    const WIDTH: usize;

    #[doc(hidden)]
    fn project(path: Path, out: &mut Vec<Output>);

    #[doc(hidden)]
    fn read(row: &mut Cursor<'_>) -> Result<P>;

    /// What its columns are called in SQL of one's own, where the field is called `name`.
    #[doc(hidden)]
    fn names(name: &str, out: &mut Vec<&'static str>);
}

/// A column of a type of its own that refers to a row, as a foreign key does.
macro_rules! as_foreign_key {
    ($output:ty, $key:ty, $($refers:tt)+) => {
        #[diagnostic::do_not_recommend]
        impl<R: Model, T: DbValue, P: Projection<R>> Nests<$output> for $($refers)+ {
            const WIDTH: usize = <$key as Nests<$output>>::WIDTH;

            fn project(path: Path, out: &mut Vec<Output>) {
                <$key as Nests<$output>>::project(path, out);
            }

            fn read(row: &mut Cursor<'_>) -> Result<$output> {
                <$key as Nests<$output>>::read(row)
            }

            fn names(name: &str, out: &mut Vec<&'static str>) {
                <$key as Nests<$output>>::names(name, out);
            }
        }
    };
}
as_foreign_key!(P, ForeignKey<R>, Refers<R, T>);
as_foreign_key!(Option<P>, Option<ForeignKey<R>>, Option<Refers<R, T>>);

#[diagnostic::do_not_recommend]
impl<R: Model, P: Projection<R>> Nests<P> for ForeignKey<R> {
    const WIDTH: usize = P::WIDTH;

    fn project(path: Path, out: &mut Vec<Output>) {
        let mut inner = Vec::new();
        P::project(&mut inner);
        out.extend(inner.into_iter().map(|output| behind(output, path)));
    }

    fn read(row: &mut Cursor<'_>) -> Result<P> {
        P::decode(row)
    }

    fn names(name: &str, out: &mut Vec<&'static str>) {
        parts_names::<P>(name, out);
    }
}

#[diagnostic::do_not_recommend]
impl<R: Model, P: Projection<R>> Nests<Option<P>> for Option<ForeignKey<R>> {
    // One more tells whether the row is there: each column of its own may be NULL in one that is.
    const WIDTH: usize = 1 + P::WIDTH;

    fn project(path: Path, out: &mut Vec<Output>) {
        out.push(Output::There(path));
        <ForeignKey<R> as Nests<P>>::project(path, out);
    }

    fn read(row: &mut Cursor<'_>) -> Result<Option<P>> {
        if bool::decode(row)? {
            return P::decode(row).map(Some);
        }
        row.skip(P::WIDTH);
        Ok(None)
    }

    fn names(name: &str, out: &mut Vec<&'static str>) {
        out.push(intern::text(name));
        <ForeignKey<R> as Nests<P>>::names(name, out);
    }
}

fn behind(output: Output, path: Path) -> Output {
    match output {
        Output::Model(rest) => Output::Model(path.join(rest)),
        Output::There(rest) => Output::There(path.join(rest)),
        Output::Expr(node) => Output::Expr(node.behind(path)),
        // Only `select_related` adds the far side of a one-to-one, and to no projection.
        Output::Far(..) => output,
    }
}

/// Used by the derive: what a field of type `T` is read from.
#[doc(hidden)]
pub fn projected<M, L, T, S: Selection<M, L, Out = T>>(value: S, out: &mut Vec<Output>) {
    value.push_selection(out);
}

/// Used by the derive: a nested field, read as `P`.
#[doc(hidden)]
#[derive(Debug)]
pub struct NestedField<P> {
    path: Path,
    width: usize,
    project: fn(Path, &mut Vec<Output>),
    read: fn(&mut Cursor<'_>) -> Result<P>,
    names: fn(&str, &mut Vec<&'static str>),
}

impl<P> NestedField<P> {
    #[must_use]
    pub const fn new<M, C: Nests<P>>(key: Column<M, C>) -> Self {
        Self { path: key.through(), width: C::WIDTH, project: C::project, read: C::read, names: C::names }
    }

    /// How many columns it takes.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.width
    }

    pub fn project(&self, out: &mut Vec<Output>) {
        (self.project)(self.path, out);
    }

    /// # Errors
    ///
    /// `Decode`.
    pub fn read(&self, row: &mut Cursor<'_>) -> Result<P> {
        (self.read)(row)
    }

    /// What its columns are called in SQL of one's own.
    pub fn names(&self, name: &str, out: &mut Vec<&'static str>) {
        (self.names)(name, out);
    }
}

/// Used by the derive: what the columns of a field of type `T` are called in SQL of one's own.
#[doc(hidden)]
pub fn field_names<T: Decode>(name: &'static str, out: &mut Vec<&'static str>) {
    match T::WIDTH {
        1 => out.push(name),
        _ => parts_names::<T>(name, out),
    }
}

fn parts_names<T: Decode>(name: &str, out: &mut Vec<&'static str>) {
    let prefixed = |part: &str| intern::text(&format!("{name}_{part}"));
    match T::NAMED {
        Some(named) => out.extend((named.columns)().into_iter().map(|(part, _)| prefixed(part))),
        None => out.extend((1..=T::WIDTH).map(|at| prefixed(&at.to_string()))),
    }
}

/// Used by the derive: the names, each with the digits that its column has behind the point if it is a decimal.
#[doc(hidden)]
#[must_use]
pub fn with_digits<M, L, P: Projection<M, L>>(names: Vec<&'static str>) -> Vec<(&'static str, u8)> {
    let mut outputs = Vec::new();
    P::project(&mut outputs);
    let mut digits = Vec::with_capacity(names.len());
    for output in &outputs {
        match output {
            Output::Expr(node) => digits.extend((0..width(node)).map(|_| scale_of(node).unwrap_or(0))),
            Output::Model(path) => {
                let table = path.hops().last().and_then(|hop| hop.reference.as_ref()).map(|to| (to.target)());
                digits.extend(
                    table
                        .into_iter()
                        .flat_map(Table::columns)
                        .map(|column| column_scale(column).unwrap_or(0)),
                );
            }
            Output::There(_) => digits.push(0),
            Output::Far(..) => {}
        }
    }
    names.into_iter().zip(digits).collect()
}
