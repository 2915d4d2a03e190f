//! What the texts say, on the servers themselves.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod aggregate;
mod cache;
mod client;
mod condition;
mod ddl;
mod refuse;
mod sample;
mod select;
mod write;
