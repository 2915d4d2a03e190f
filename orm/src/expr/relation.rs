//! Relations to many rows, and what `select_related` follows.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{Agg, Column, CompareOp, Condition, Expr, Node, Of, Path, Q, Quantifier};
use crate::model::{ForeignKey, Key, Model, RelationDef};
use crate::plan::{Output, Select};
use crate::query::QuerySet;
use crate::types::{Decode, FieldType};

/// A relation leads to any number of rows.
#[derive(Debug, Clone, Copy)]
pub enum Many {}

/// A relation leads to at most one row: the far side of a one-to-one.
#[derive(Debug, Clone, Copy)]
pub enum One {}

/// The rows of `R` that refer to a row of `M`: `User::posts`.
///
/// A condition on them is one `EXISTS`, so that it never multiplies the rows of `M`.
pub struct Relation<M, R, C = Many> {
    def: &'static RelationDef,
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
        f.write_str(self.def.name)
    }
}

impl<M, R, C> Relation<M, R, C> {
    /// Used by the derive, which alone knows that the relation leads from `M` to `R`.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(def: &'static RelationDef) -> Self {
        Self { def, of: PhantomData }
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
        let mut related = self.every();
        related.select.output = vec![Output::Expr(column.node())];
        Expr::of(related.quantified(Quantifier::Aggregate))
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

    /// A query of the rows related to one row: `User::posts.of(&ann).all()`.
    pub fn of(self, row: &M) -> QuerySet<R> {
        let key = Node::Value(row.key().key_value());
        let field = Node::Field(Path::EMPTY, self.def.field);
        QuerySet::new().filter_node(Node::Compare(CompareOp::Eq, Box::new([field, key])))
    }

    fn related(self, filter: Vec<Node>) -> Related<M, R> {
        let mut select = Select::new(R::TABLE);
        select.filter = filter;
        Related { def: self.def, select, of: PhantomData }
    }
}

/// A relation to many rows, narrowed.
pub struct Related<M, R> {
    def: &'static RelationDef,
    select: Select,
    of: Of<(M, R)>,
}

impl<M, R> Clone for Related<M, R> {
    fn clone(&self) -> Self {
        Self { def: self.def, select: self.select.clone(), of: PhantomData }
    }
}

impl<M, R> fmt::Debug for Related<M, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Related").field("relation", &self.def.name).finish_non_exhaustive()
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

    fn quantified(self, quantifier: Quantifier) -> Node {
        Node::Related(quantifier, self.def, Path::EMPTY, Arc::new(self.select))
    }
}

/// What `select_related` takes: a foreign key of `M`, directly or further on.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a to-one relation of `{M}`",
    label = "expected a foreign key of `{M}`",
    note = "a foreign key: `.select_related({M}::key)`, one further on: `.select_related({M}::key.to(..))`"
)]
pub trait ToOne<M> {
    /// What is added to the output: the model, or an `Option` of it.
    type Loaded: Decode;

    #[doc(hidden)]
    fn path(self) -> Path;
}

#[diagnostic::do_not_recommend]
impl<M, T: ToOneKey> ToOne<M> for Column<M, T> {
    type Loaded = T::Loaded;

    fn path(self) -> Path {
        self.through()
    }
}

/// A foreign key, nullable or not.
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` is not a relation",
    label = "not a foreign key"
)]
pub trait ToOneKey: FieldType {
    /// The model it leads to, or an `Option` of it.
    type Loaded: Decode;
}

#[diagnostic::do_not_recommend]
impl<R: Model> ToOneKey for ForeignKey<R> {
    type Loaded = R;
}

#[diagnostic::do_not_recommend]
impl<R: Model> ToOneKey for Option<ForeignKey<R>> {
    type Loaded = Option<R>;
}
