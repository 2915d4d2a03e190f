//! Relations to many rows, and what `select_related` follows.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{Agg, Column, Condition, Expr, Node, Of, Pairs, Path, Q, Quantifier, Via};
use crate::model::{Field, ForeignKey, Key, ManyToMany, Model};
use crate::plan::{Output, Select};
use crate::query::{Linked, QuerySet};
use crate::types::{Decode, FieldType};

/// A relation leads to any number of rows.
#[derive(Debug, Clone, Copy)]
pub enum Many {}

/// A relation leads to at most one row: the far side of a one-to-one.
#[derive(Debug, Clone, Copy)]
pub enum One {}

/// A relation leads to many rows by a model between, whose rows are pairs: `T`.
pub struct Through<T>(PhantomData<fn() -> T>);

impl<T> fmt::Debug for Through<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Through")
    }
}

/// The rows of `R` that belong to a row of `M`: `User::posts`, `Post::tags`.
///
/// A condition on them is one `EXISTS`, so that it never multiplies the rows of `M`.
pub struct Relation<M, R, C = Many> {
    name: &'static str,
    via: Via,
    of: Of<(M, R, C)>,
}

impl<M, R, C> Clone for Relation<M, R, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, R, C> Copy for Relation<M, R, C> {}

impl<M, R, C> fmt::Debug for Relation<M, R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl<M, R, C> Relation<M, R, C> {
    /// Used by the derive, which alone knows that the relation leads from `M` to `R`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, field: &'static Field) -> Self {
        Self::via(name, Via::ForeignKey(Path::EMPTY, field))
    }

    pub(crate) const fn via(name: &'static str, via: Via) -> Self {
        Self { name, via, of: PhantomData }
    }

    pub(super) const fn name(self) -> &'static str {
        self.name
    }

    pub(super) const fn found_by(self) -> Via {
        self.via
    }
}

impl<M, R, T> Relation<M, R, Through<T>> {
    /// Used by the derive; `back` for the side that does not declare the relation.
    #[doc(hidden)]
    #[must_use]
    pub const fn through(name: &'static str, many: &'static ManyToMany, back: bool) -> Self {
        Self::via(name, Via::Through(Pairs { many, back }))
    }

    /// The relation in the other direction: what `related_name` gives as a constant of the target.
    #[must_use]
    pub const fn reverse(self) -> Relation<R, M, Through<T>> {
        let via = match self.via {
            Via::Through(Pairs { many, back }) => Via::Through(Pairs { many, back: !back }),
            via => via,
        };
        Relation::via(self.name, via)
    }
}

impl<M: Model, R: Model, T: Model> Relation<M, R, Through<T>> {
    /// The rows related to one row: `Post::tags.of(&post).all()`, `Post::tags.of(&post).add(&tag)`.
    pub fn of(self, row: &M) -> Linked<R, T> {
        Linked::new(M::TABLE, self.via, row.key().key_value())
    }
}

/// A relation that leads to at most one row.
#[diagnostic::on_unimplemented(
    message = "a to-many relation has no single value to follow with `.to(..)`",
    label = "leads to many rows",
    note = "ask with `.any(..)`, `.all(..)`, `.none(..)`, `.count()`, or compute with `.aggregate(max({M}::column))`"
)]
pub trait LeadsToOne<M> {}
#[diagnostic::do_not_recommend]
impl<M> LeadsToOne<M> for One {}

impl<M: Model, R: Model, C> Relation<M, R, C> {
    /// The column of the far side of a one-to-one: NULL where there is no such row.
    #[must_use]
    pub fn to<U: FieldType>(self, column: Column<R, U>) -> Expr<M, U::Nullable>
    where
        C: LeadsToOne<R>,
    {
        let ask = |node| {
            let mut related = self.every();
            related.select.output = vec![Output::Expr(node)];
            related.quantified(Quantifier::Aggregate)
        };
        Expr::of(match column.node() {
            Node::Tuple(nodes) => Node::Tuple(nodes.into_iter().map(ask).collect()),
            node => ask(node),
        })
    }

    /// True if a related row fulfils the condition.
    #[must_use]
    pub fn any<Q: Condition<R>>(self, condition: Q) -> Expr<M, bool> {
        self.filter(condition).exists()
    }

    /// True if every related row fulfils the condition; true without one.
    #[must_use]
    pub fn all<Q: Condition<R>>(self, condition: Q) -> Expr<M, bool> {
        let not = Node::Not(Box::new(condition.into_node()));
        Expr::of(self.related(vec![not]).quantified(Quantifier::None))
    }

    /// True if no related row fulfils the condition.
    #[must_use]
    pub fn none<Q: Condition<R>>(self, condition: Q) -> Expr<M, bool> {
        Expr::of(self.related(vec![condition.into_node()]).quantified(Quantifier::None))
    }

    /// True if there is a related row.
    #[must_use]
    pub fn exists(self) -> Q<M> {
        self.every().exists()
    }

    /// How many related rows there are.
    #[must_use]
    pub fn count(self) -> Expr<M, i64> {
        self.every().count()
    }

    /// An aggregate over the related rows: one value a row of `M`.
    #[must_use]
    pub fn aggregate<T: FieldType>(self, aggregate: Expr<R, T, Agg>) -> Expr<M, T> {
        self.every().aggregate(aggregate)
    }

    /// The related rows, all of them.
    #[must_use]
    pub fn every(self) -> Related<M, R> {
        self.related(Vec::new())
    }

    /// The related rows that fulfil the condition.
    #[must_use]
    pub fn filter<Q: Condition<R>>(self, condition: Q) -> Related<M, R> {
        self.related(vec![condition.into_node()])
    }

    fn rows_of(self, row: &M) -> QuerySet<R> {
        QuerySet::new().filter_node(self.via.leads_to(R::TABLE, M::TABLE, row.key().key_value()))
    }

    fn related(self, filter: Vec<Node>) -> Related<M, R> {
        let mut select = Select::new(R::TABLE);
        select.filter = filter;
        Related { name: self.name, via: self.via, select, of: PhantomData }
    }
}

impl<M: Model, R: Model> Relation<M, R, Many> {
    /// A query of the rows related to one row: `User::posts.of(&ann).all()`.
    pub fn of(self, row: &M) -> QuerySet<R> {
        self.rows_of(row)
    }
}

impl<M: Model, R: Model> Relation<M, R, One> {
    /// A query of the row related to one row: `User::profile.of(&ann).one_or_none()`.
    pub fn of(self, row: &M) -> QuerySet<R> {
        self.rows_of(row)
    }
}

/// A relation to many rows, narrowed.
pub struct Related<M, R> {
    name: &'static str,
    via: Via,
    select: Select,
    of: Of<(M, R)>,
}

impl<M, R> Clone for Related<M, R> {
    fn clone(&self) -> Self {
        Self { name: self.name, via: self.via, select: self.select.clone(), of: PhantomData }
    }
}

impl<M, R> fmt::Debug for Related<M, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Related").field("relation", &self.name).finish_non_exhaustive()
    }
}

impl<M: Model, R: Model> Related<M, R> {
    /// Only those that fulfil the condition as well.
    #[must_use]
    pub fn filter<Q: Condition<R>>(mut self, condition: Q) -> Self {
        self.select.filter.push(condition.into_node());
        self
    }

    /// True if there is such a row.
    #[must_use]
    pub fn exists(self) -> Q<M> {
        Expr::of(self.quantified(Quantifier::Any))
    }

    /// How many such rows there are.
    #[must_use]
    pub fn count(self) -> Expr<M, i64> {
        Expr::of(self.quantified(Quantifier::Count))
    }

    /// An aggregate over such rows: one value a row of `M`.
    #[must_use]
    pub fn aggregate<T: FieldType>(mut self, aggregate: Expr<R, T, Agg>) -> Expr<M, T> {
        self.select.output = vec![Output::Expr(aggregate.node())];
        Expr::of(self.quantified(Quantifier::Aggregate))
    }

    /// Its name, how the rows are found, and the conditions on them.
    pub(super) fn into_parts(self) -> (&'static str, Via, Vec<Node>) {
        (self.name, self.via, self.select.filter)
    }

    fn quantified(self, quantifier: Quantifier) -> Node {
        Node::Related(quantifier, Box::new(self.via), Path::EMPTY, Arc::new(self.select))
    }
}

/// What `select_related` takes: a foreign key of `M`, directly or further on, or the far side of a one-to-one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a to-one relation of `{M}`",
    label = "expected a foreign key of `{M}`",
    note = "a foreign key: `.select_related({M}::key)`, one further on: `.select_related({M}::key.to(..))`, to-many: `.prefetch_related(..)`"
)]
pub trait ToOne<M> {
    /// What is added to the output: the model, or an `Option` of it.
    type Loaded: Decode;

    #[doc(hidden)]
    fn output(self) -> Output;
}

#[diagnostic::do_not_recommend]
impl<M, T: ToOneKey> ToOne<M> for Column<M, T> {
    type Loaded = T::Loaded;

    fn output(self) -> Output {
        Output::Model(self.through())
    }
}

#[diagnostic::do_not_recommend]
impl<M, R: Model> ToOne<M> for Relation<M, R, One> {
    type Loaded = Option<R>;

    fn output(self) -> Output {
        Output::Far(Box::new(self.via), R::TABLE)
    }
}

/// A foreign key, nullable or not.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` is not a relation",
    label = "not a foreign key"
)]
pub trait ToOneKey {
    /// The model it leads to.
    type Target: Model;
    /// The model it leads to, or an `Option` of it.
    type Loaded: Decode;
}

#[diagnostic::do_not_recommend]
impl<R: Model> ToOneKey for ForeignKey<R> {
    type Target = R;
    type Loaded = R;
}

#[diagnostic::do_not_recommend]
impl<R: Model> ToOneKey for Option<ForeignKey<R>> {
    type Target = R;
    type Loaded = Option<R>;
}
