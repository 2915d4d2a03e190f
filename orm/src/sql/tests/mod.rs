//! What the texts say, on the servers themselves.

mod aggregate;
mod cache;
mod client;
mod condition;
mod ddl;
mod function;
mod literal;
mod refuse;
mod sample;
mod select;
mod write;
