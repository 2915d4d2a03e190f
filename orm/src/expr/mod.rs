//! Expressions: a thin typed shell over one untyped tree.

mod node;
mod path;

pub(crate) use node::*;
pub(crate) use path::{MAX_HOPS, Path};
