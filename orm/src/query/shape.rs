//! What a row of a query gives, and how outputs grow.

use crate::expr::{Agg, Column, Expr, Kind, Node, Row, selected};
use crate::plan::Output;
use crate::types::{Decode, FieldType, Single};

/// What `select` and `aggregate` take, at level `L`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected from `{M}` here",
    label = "not selectable at level `{L}`",
    note = "level `Row`: at most 16 columns and expressions of `{M}`; for aggregates use `.aggregate(..)`, or `.group_by(..)` first",
    note = "level `Agg` (a grouped query): aggregates, and group keys as `key({M}::column)`"
)]
pub trait Selection<M, L> {
    /// What it gives.
    type Out: Decode;

    #[doc(hidden)]
    fn push_selection(self, out: &mut Vec<Output>);
}

#[diagnostic::do_not_recommend]
impl<M, T: FieldType> Selection<M, Row> for Column<M, T> {
    type Out = T::Selected;

    fn push_selection(self, out: &mut Vec<Output>) {
        push_outputs(self.node(), out);
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: FieldType> Selection<M, Row> for Expr<M, T, Row> {
    type Out = T::Selected;

    fn push_selection(self, out: &mut Vec<Output>) {
        push_outputs(self.node(), out);
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: FieldType> Selection<M, Agg> for Expr<M, T, Agg> {
    type Out = T::Selected;

    fn push_selection(self, out: &mut Vec<Output>) {
        push_outputs(self.node(), out);
    }
}

/// The keys of `group_by`: a column or expression, or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a group key of `{M}`",
    label = "expected a column or expression of `{M}`, or a tuple of them"
)]
pub trait Keys<M> {
    /// What they give.
    type Out: Decode;

    #[doc(hidden)]
    fn push_keys(self, out: &mut Vec<Node>);
}

#[diagnostic::do_not_recommend]
impl<M, T: FieldType> Keys<M> for Column<M, T> {
    type Out = T::Selected;

    fn push_keys(self, out: &mut Vec<Node>) {
        out.extend(selected(self.node()));
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: FieldType> Keys<M> for Expr<M, T, Row> {
    type Out = T::Selected;

    fn push_keys(self, out: &mut Vec<Node>) {
        out.extend(selected(self.node()));
    }
}

/// An output with one more part at its end: `Post` + `User` = `(Post, User)`, `(A, B)` + `C` = `(A, B, C)`.
#[diagnostic::on_unimplemented(
    message = "nothing can be added to the output `{Self}`",
    label = "an output has at most 16 parts"
)]
pub trait Push<U> {
    /// The longer output.
    type Out: Decode;
}

#[diagnostic::do_not_recommend]
impl<T: Single + Decode, U: Decode> Push<U> for T {
    type Out = (T, U);
}

/// What `annotate` takes: one expression, or a tuple of them, added one by one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be added to a query of `{M}` here",
    label = "not selectable at level `{L}`",
    note = "level `Row`: columns and expressions of `{M}`; level `Agg` (a grouped query): aggregates"
)]
pub trait Annotation<M, L, Out> {
    /// The output with the expressions at its end.
    type Out: Decode;

    #[doc(hidden)]
    fn push_annotation(self, out: &mut Vec<Output>);
}

#[diagnostic::do_not_recommend]
impl<M, L, Out, T: FieldType, K: Kind<Level = L>> Annotation<M, L, Out> for Expr<M, T, K>
where
    Out: Push<T::Selected>,
{
    type Out = Out::Out;

    fn push_annotation(self, out: &mut Vec<Output>) {
        push_outputs(self.node(), out);
    }
}

#[diagnostic::do_not_recommend]
impl<M, Out, T: FieldType> Annotation<M, Row, Out> for Column<M, T>
where
    Out: Push<T::Selected>,
{
    type Out = Out::Out;

    fn push_annotation(self, out: &mut Vec<Output>) {
        push_outputs(self.node(), out);
    }
}

/// An embedded struct is selected field by field.
fn push_outputs(node: Node, out: &mut Vec<Output>) {
    out.extend(selected(node).into_iter().map(Output::Expr));
}
