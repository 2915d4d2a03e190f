//! The ORM's own runtime, for `.blocking()`.
//!
//! One thread drives timers and sockets for the whole program; it is started by the first call that blocks and
//! lives as long as the program, so that connections opened through it stay usable. The calling thread polls the
//! future itself, which is why the future may borrow.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Handle};

use crate::error::{Error, ErrorKind, Result};

static HANDLE: Mutex<Option<Handle>> = Mutex::new(None);

/// Runs `future` on this thread until it is done.
///
/// # Errors
///
/// `BlockingInsideRuntime` inside of any Tokio runtime, where waiting for the future could keep it from ever
/// making progress; the threads of `spawn_blocking` count as inside. `NoRuntime` if the operating system gives us
/// no thread.
pub(crate) fn block_on<F: Future>(future: F) -> Result<F::Output> {
    if Handle::try_current().is_ok() {
        return Err(Error::new(ErrorKind::BlockingInsideRuntime));
    }
    Ok(handle()?.block_on(future))
}

/// Drives `future` for so long at most, then gives it up; without a runtime, and so without timers, to its end.
pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    match Handle::try_current() {
        Ok(_) => tokio::time::timeout(limit, future).await.ok(),
        Err(_) => Some(future.await),
    }
}

/// The runtime's handle; starts it if need be.
pub(crate) fn handle() -> Result<Handle> {
    let mut handle = HANDLE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*handle {
        return Ok(handle.clone());
    }
    let started = start().map_err(|error| Error::new(ErrorKind::NoRuntime).with_source(error))?;
    Ok(handle.insert(started).clone())
}

fn start() -> std::io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    std::thread::Builder::new().name("orm-blocking".into()).spawn(move || {
        // Whoever blocks elsewhere relies on this thread for timers, sockets and spawned tasks.
        runtime.block_on(std::future::pending::<()>());
    })?;
    Ok(handle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn futures_may_borrow_and_use_timers_and_tasks() {
        let word = String::from("borrowed");
        let length = block_on(async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let spawned = tokio::spawn(async { 3 }).await.unwrap_or_default();
            word.len() + spawned
        });
        assert_eq!(length.ok(), Some(11));
    }

    #[test]
    fn many_threads_block_at_once() {
        let threads: Vec<_> = (0_u64..8)
            .map(|at| {
                std::thread::spawn(move || {
                    block_on(async move {
                        tokio::time::sleep(Duration::from_millis(at)).await;
                        at
                    })
                })
            })
            .collect();
        let sum: u64 =
            threads.into_iter().map(|thread| thread.join().ok().and_then(Result::ok).unwrap_or(99)).sum();
        assert_eq!(sum, 28);
    }

    #[tokio::test]
    async fn inside_a_runtime_it_is_an_error() {
        let error = block_on(async {}).expect_err("inside a runtime");
        assert!(matches!(error.kind(), ErrorKind::BlockingInsideRuntime));
    }
}
