//! Several texts at once.

use std::any::Any;
use std::fmt;

use super::shape::{self, FromRow};
use crate::driver::{Cursor, Sink};
use crate::error::Result;
use crate::exec::{Collect, Expect, Finish, Response};
use crate::types::Origin;

/// What several texts give: a tuple of `Vec`s, one for each. See [`Commands::query_multiple`](super::Commands::query_multiple).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be what several texts give",
    label = "expected a tuple of `Vec`s",
    note = "for two texts write `let (users, posts): (Vec<User>, Vec<Post>) = ..`"
)]
pub trait Multiple: Sized + Send + 'static {
    /// Something for each text.
    type Of<X>: IntoIterator<Item = X>;

    #[doc(hidden)]
    fn parts() -> Parts;

    #[doc(hidden)]
    fn take(parts: Parts) -> Self;
}

/// Hands the rows of each text to a sink of its own.
#[doc(hidden)]
pub struct Parts(Vec<Box<dyn Collect>>);

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parts")
    }
}

impl Sink for Parts {
    fn row(&mut self, _: &mut Cursor<'_>) -> Result<()> {
        Ok(())
    }
}

impl Collect for Parts {
    fn count(&self) -> usize {
        0
    }

    fn part(&mut self, at: usize) -> Option<&mut dyn Sink> {
        self.0.get_mut(at).map(|part| &mut **part as &mut dyn Sink)
    }

    fn attach(&mut self, _: &mut [Box<dyn Any + Send>]) -> Result<()> {
        Ok(())
    }

    fn trace(&mut self, origin: &dyn Fn() -> Origin) {
        self.0.iter_mut().for_each(|part| part.trace(origin));
    }

    fn clear(&mut self) {
        self.0.iter_mut().for_each(|part| part.clear());
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// What each text gives.
pub(super) fn finish<T: Multiple>() -> Finish<T> {
    let finish = |response: Response| {
        Ok(T::take(response.rows.into_any().downcast().map_or_else(|_| Parts(Vec::new()), |parts| *parts)))
    };
    Finish { sink: Box::new(T::parts()), expect: Expect::Any, finish }
}

macro_rules! tuples {
    ($($length:literal: $($name:ident)+;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($name: FromRow),+> Multiple for ($(Vec<$name>,)+) {
            type Of<X> = [X; $length];

            fn parts() -> Parts {
                Parts(vec![$(shape::all::<$name>().sink),+])
            }

            fn take(parts: Parts) -> Self {
                let mut rows = parts.0.into_iter();
                ($(shape::taken::<$name>(rows.next()),)+)
            }
        }
    )*};
}

tuples! {
    1: A;
    2: A B;
    3: A B C;
    4: A B C D;
    5: A B C D E;
    6: A B C D E F;
    7: A B C D E F G;
    8: A B C D E F G H;
}
