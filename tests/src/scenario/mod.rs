//! Models that the cases share, one story a file.

pub mod blog;
pub mod shop;
pub mod types;
