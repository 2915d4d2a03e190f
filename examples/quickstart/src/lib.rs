//! The Chinook music shop: its models, its data, ten questions of its owner.
//!
//! A library, so that the tests can ask the same questions; `main.rs` is the program around it.

pub mod load;
pub mod models;
pub mod questions;
