//! What is done with idle connections when somebody asks for it: opening them ahead, and closing them.

use std::time::Duration;

use super::Pool;
use super::clock;
use super::close::GOOD_BYE;
use super::connect::Connector;
use super::runtime;
use super::seat::{Failure, Seat};
use crate::error::{Error, ErrorKind, Result};

impl<C: Connector> Pool<C> {
    /// Opens connections until there are `wanted`, or as many as are kept if that is less, but no more than `wanted`: what
    /// is closed as fast as it is opened will not be there in the end. Returns how many it opened.
    ///
    /// # Errors
    ///
    /// What connecting ends with, `PoolTimeout` if one takes longer than `acquire_timeout`, or `PoolClosed`; what was opened
    /// before is kept.
    ///
    /// # Cancel safety
    ///
    /// What was opened before is kept.
    pub(crate) async fn warm_up(&self, wanted: usize) -> Result<usize> {
        let shared = &self.shared;
        if shared.connector.needs_runtime() && runtime::here().is_none() {
            return Err(shared.error(Error::new(ErrorKind::NoRuntime)));
        }
        let wanted = wanted.min(shared.limits.keep);
        let mut opened = 0;
        for _ in 0..wanted {
            let Some(seat) = Seat::ahead(shared, wanted)? else { break };
            let begun = clock::now();
            match seat.open_ahead(shared.deadline(begun)).await {
                Ok(()) => opened += 1,
                Err(Failure::Error(error)) => return Err(error),
                Err(Failure::OutOfTime) => return Err(shared.timed_out(begun)),
            }
        }
        Ok(opened)
    }

    /// Closes connections that were idle for longer than `age`, all of them without one. Returns how many. The one
    /// connection that a database lives in stays.
    ///
    /// # Cancel safety
    ///
    /// Those that it had taken are closed less politely.
    pub(crate) async fn close_idle(&self, age: Option<Duration>) -> usize {
        let shared = &*self.shared;
        if shared.single {
            return 0;
        }
        let leaving = shared.take_idle(age);
        let closed = leaving.len();
        shared.say_good_bye(leaving, clock::later(clock::now(), GOOD_BYE)).await;
        closed
    }

    /// Closes every connection: idle ones at once, those at work when they come back. Returns how many were idle. The
    /// pool stays open. The one connection that a database lives in stays.
    ///
    /// # Cancel safety
    ///
    /// As for [`close_idle`](Self::close_idle); those at work are closed all the same.
    pub(crate) async fn close_all(&self) -> usize {
        if !self.shared.single {
            self.shared.state().generation += 1;
        }
        self.close_idle(None).await
    }
}
