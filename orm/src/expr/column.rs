//! Typed columns.

use std::fmt;
use std::marker::PhantomData;

use super::{Expr, FitsIn, Many, Node, Of, One, Operand, Path, Relation, Set, Target, ToOneKey, Via};
use crate::model::{Field, Hop};
use crate::types::FieldType;

/// A column of `M`, or of a model that foreign keys of `M` lead to.
///
/// Derived models have one as an associated constant for each field: `User::age`. It is `Copy`, works in
/// consts, and knows nothing of connections.
///
/// `M` is the model that a query of it starts from, `T` the Rust type of the field, made nullable if the way
/// to it is.
pub struct Column<M, T> {
    target: Target,
    path: Path,
    of: Of<(M, T)>,
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M, T> fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for hop in self.path.hops() {
            write!(f, "{}.", hop.name)?;
        }
        f.write_str(self.target.name())
    }
}

impl<M, T> Column<M, T> {
    /// Used by the derive, which alone knows that the field is one of `M` and of type `T`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(field: &'static Field) -> Self {
        Self { target: Target::Field(field), path: Path::EMPTY, of: PhantomData }
    }

    /// Used by the derive for an embedded struct, whose fields these are.
    #[doc(hidden)]
    #[must_use]
    pub const fn embed(fields: &'static [Field]) -> Self {
        Self { target: Target::Fields(fields), path: Path::EMPTY, of: PhantomData }
    }

    /// The metadata of the field.
    #[must_use]
    pub const fn field(self) -> &'static Field {
        self.target.first()
    }

    /// The rows of `M` that refer to a row by this foreign key: the relation in the other direction.
    ///
    /// What `related_name` gives as a constant of the target, without one, also where the target is a model of
    /// another crate. Of a way of several foreign keys it is the relation to the rows at its beginning.
    ///
    /// # Examples
    ///
    /// ```
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(table = "users")]
    /// # struct User {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// # }
    /// # #[derive(Model)]
    /// # #[model(table = "posts")]
    /// # struct Post {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     author: ForeignKey<User>,
    /// #     likes: i32,
    /// # }
    /// const POSTS: Relation<User, Post> = Post::author.reverse();
    ///
    /// let popular = User::objects().filter(POSTS.any(Post::likes.gt(100)));
    /// ```
    #[must_use]
    pub const fn reverse(self) -> Relation<T::Target, M, Many>
    where
        T: ToOneKey,
    {
        Relation::via(self.target.first().name, Via::ForeignKey(self.path, self.target.first()))
    }

    /// The one row of `M` that refers to a row by this foreign key: the far side of a one-to-one.
    ///
    /// # Errors
    ///
    /// A query that asks for the value of its column fails with
    /// [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery), before any SQL is sent, if the foreign key is
    /// neither unique nor the primary key.
    #[must_use]
    pub const fn reverse_one(self) -> Relation<T::Target, M, One>
    where
        T: ToOneKey,
    {
        Relation::via(self.target.first().name, Via::ForeignKey(self.path, self.target.first()))
    }

    /// What the names of an embedded struct's fields begin with, if it is one.
    pub(crate) fn embedded(self) -> Option<&'static str> {
        match self.target {
            Target::Field(_) => None,
            Target::Fields(_) => Some(self.target.name()),
        }
    }

    pub(crate) fn node(self) -> Node {
        self.target.node(self.path)
    }

    /// The path that follows this column, which is a foreign key.
    pub(crate) const fn through(self) -> Path {
        self.path.push(self.target.first())
    }

    pub(crate) fn expr(self) -> Expr<M, T> {
        Expr::of(self.node())
    }

    /// The column of the model that this foreign key leads to, or of this embedded struct.
    ///
    /// Nullable if the way or the column is. A way has at most six hops; a longer one is an error when the
    /// query runs, before any SQL is sent.
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
    /// #     age: Option<i32>,
    /// # }
    /// # #[derive(Model)]
    /// # #[model(table = "posts")]
    /// # struct Post {
    /// #     #[field(primary_key)]
    /// #     id: i64,
    /// #     author: ForeignKey<User>,
    /// #     likes: i32,
    /// # }
    /// # let posts =
    /// Post::objects().filter(Post::author.to(User::username).eq("ann"))
    /// # ;
    /// ```
    #[must_use]
    pub const fn to<R, U: FieldType, V>(self, column: Column<R, U>) -> Column<M, V>
    where
        T: Hop<R, Lift<U> = V>,
    {
        match self.target {
            Target::Field(field) => Column {
                target: column.target,
                path: self.path.push(field).join(column.path),
                of: PhantomData,
            },
            Target::Fields(fields) => match column.path.enter(fields) {
                Some(path) => Column { target: column.target, path: self.path.join(path), of: PhantomData },
                None => Column { target: column.target.within(fields), path: self.path, of: PhantomData },
            },
        }
    }

    /// The value that the new row of an upsert has for this column, in the update of the row that is in its way: what
    /// SQL calls `excluded`.
    ///
    /// The column by itself is, there as in every update, that of the row that is there.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidQuery`](crate::ErrorKind::InvalidQuery) anywhere else; for a column of another row; and for
    /// one that the new row gives no value to, but leaves to the database.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # use orm::prelude::*;
    /// # #[derive(Model)]
    /// # #[model(table = "pages")]
    /// # struct Page {
    /// #     #[field(primary_key, max_length = 200)]
    /// #     url: String,
    /// #     hits: i64,
    /// # }
    /// # async fn example() -> orm::Result<()> {
    /// let page = Page::objects()
    ///     .upsert(NewPage::new("/", 5))
    ///     .on_conflict(Page::url)
    ///     .update(Page::hits.set(Page::hits + Page::hits.excluded()))
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn excluded(self) -> Expr<M, T> {
        Expr::of(self.target.proposed(self.path))
    }

    /// Sets the column in an update: to a value, or to an expression of the row as it was.
    #[must_use]
    pub fn set<V>(self, value: V) -> Set<M>
    where
        T: FieldType,
        V: Operand<M, T::Base>,
        V::Lift<T>: FitsIn<T>,
    {
        Set::new(self.target, value.into_node())
    }
}
