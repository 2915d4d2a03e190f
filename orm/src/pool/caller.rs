//! Who asks for a connection: to find out that somebody would wait for itself.

use std::thread::ThreadId;

use tokio::task::Id;

/// A task, or what a thread does outside of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    Task(Id),
    Thread(ThreadId),
}

impl Caller {
    pub(crate) fn here() -> Self {
        match tokio::task::try_id() {
            Some(id) => Self::Task(id),
            None => Self::Thread(std::thread::current().id()),
        }
    }
}
