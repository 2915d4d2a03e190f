//! Tuples of selections, keys, unique keys, orders, assignments and annotations, up to sixteen parts.

use super::{Annotation, Keys, Push, Selection, UniqueKey};
use crate::expr::{Assignments, Node, Order, Ordering};
use crate::model::Field;
use crate::plan::Output;
use crate::types::Decode;

macro_rules! tuple {
    ($($part:ident)+) => {
        impl<M, Level, $($part: Selection<M, Level>),+> Selection<M, Level> for ($($part,)+) {
            type Out = ($($part::Out,)+);

            fn push_selection(self, out: &mut Vec<Output>) {
                #[expect(non_snake_case, reason = "named like the types")]
                let ($($part,)+) = self;
                $($part.push_selection(out);)+
            }
        }

        impl<M, $($part: UniqueKey<M>),+> UniqueKey<M> for ($($part,)+) {
            fn push_key(self, out: &mut Vec<Node>) {
                #[expect(non_snake_case, reason = "named like the types")]
                let ($($part,)+) = self;
                $($part.push_key(out);)+
            }
        }

        impl<M, $($part: Keys<M>),+> Keys<M> for ($($part,)+) {
            type Out = ($($part::Out,)+);

            fn push_keys(self, out: &mut Vec<Node>) {
                #[expect(non_snake_case, reason = "named like the types")]
                let ($($part,)+) = self;
                $($part.push_keys(out);)+
            }
        }

        impl<M, Level, $($part: Ordering<M, Level>),+> Ordering<M, Level> for ($($part,)+) {
            fn push_order(self, out: &mut Vec<Order>) {
                #[expect(non_snake_case, reason = "named like the types")]
                let ($($part,)+) = self;
                $($part.push_order(out);)+
            }
        }

        impl<M, $($part: Assignments<M>),+> Assignments<M> for ($($part,)+) {
            fn push_assignments(self, out: &mut Vec<(&'static Field, Node)>) {
                #[expect(non_snake_case, reason = "named like the types")]
                let ($($part,)+) = self;
                $($part.push_assignments(out);)+
            }
        }
    };
}

/// A tuple, and one more part.
macro_rules! push {
    ($($part:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<Added: Decode, $($part: Decode),+> Push<Added> for ($($part,)+) {
            type Out = ($($part,)+ Added,);
        }
    };
}

/// Each annotation is added to the output that the one before it gives.
macro_rules! annotation {
    ($first:ident $($part:ident: $before:ident),*; $last:ident) => {
        impl<
            M,
            Level,
            Before,
            $first: Annotation<M, Level, Before>,
            $($part: Annotation<M, Level, $before::Out>),*
        > Annotation<M, Level, Before> for ($first, $($part,)*) {
            type Out = $last::Out;

            fn push_annotation(self, out: &mut Vec<Output>) {
                #[expect(non_snake_case, reason = "named like the types")]
                let ($first, $($part,)*) = self;
                $first.push_annotation(out);
                $($part.push_annotation(out);)*
            }
        }
    };
}

macro_rules! each {
    ($macro:ident: $($part:ident)+) => { each!(@ $macro [] $($part)+); };
    (@ $macro:ident [$($done:ident)*]) => {};
    (@ $macro:ident [$($done:ident)*] $next:ident $($rest:ident)*) => {
        $macro!($($done)* $next);
        each!(@ $macro [$($done)* $next] $($rest)*);
    };
}

each!(tuple: A B C D E F G H I J K N O P R S);
each!(push: A B C D E F G H I J K N O P R);

annotation!(A; A);
annotation!(A B: A; B);
annotation!(A B: A, C: B; C);
annotation!(A B: A, C: B, D: C; D);
annotation!(A B: A, C: B, D: C, E: D; E);
annotation!(A B: A, C: B, D: C, E: D, F: E; F);
annotation!(A B: A, C: B, D: C, E: D, F: E, G: F; G);
annotation!(A B: A, C: B, D: C, E: D, F: E, G: F, H: G; H);
annotation!(A B: A, C: B, D: C, E: D, F: E, G: F, H: G, I: H; I);
annotation!(A B: A, C: B, D: C, E: D, F: E, G: F, H: G, I: H, J: I; J);
annotation!(A B: A, C: B, D: C, E: D, F: E, G: F, H: G, I: H, J: I, K: J; K);
annotation!(A B: A, C: B, D: C, E: D, F: E, G: F, H: G, I: H, J: I, K: J, N: K; N);
annotation!(A B: A, C: B, D: C, E: D, F: E, G: F, H: G, I: H, J: I, K: J, N: K, O: N; O);
annotation!(A B: A, C: B, D: C, E: D, F: E, G: F, H: G, I: H, J: I, K: J, N: K, O: N, P: O; P);
annotation!(A B: A, C: B, D: C, E: D, F: E, G: F, H: G, I: H, J: I, K: J, N: K, O: N, P: O, R: P; R);
