//! Databases: bound, re-targeted, closed, named, borrowed.

mod circle;
mod create;
mod handle;
mod names;
