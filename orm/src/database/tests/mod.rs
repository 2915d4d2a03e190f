//! Databases: bound, re-targeted, closed, named, borrowed.

mod borrowed;
mod handle;
mod names;
mod storm;
