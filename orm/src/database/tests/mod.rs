//! Databases: bound, re-targeted, closed, named, borrowed.

mod create;
mod handle;
mod names;
mod storm;
