//! Processes and connections that are killed in the middle of their work.

mod connections;
mod processes;
pub(crate) mod victim;
