//! A server that does as it is told.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::{Handle, Id};

use crate::driver::{Backend, ConnectTime, Server};
use crate::error::{ConnectCause, Error, ErrorKind, Result};
use crate::pool::connect::{Connector, Link};

/// The server; clones are the same one.
#[derive(Clone, Default)]
pub(super) struct Fake(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// Attempts to connect fail with this reason.
    refuses: Mutex<Option<String>>,
    /// It takes no more connections than so many.
    takes: Mutex<Option<usize>>,
    /// Attempts to connect never end.
    hangs: AtomicBool,
    /// How long an attempt to connect takes.
    latency: Mutex<Duration>,
    /// How long a good-bye takes.
    goodbye: Mutex<Duration>,
    /// Pings fail.
    deaf: AtomicBool,
    /// Pings never end.
    mute: AtomicBool,
    /// Connections can be cleaned on the spot, work in every runtime, and need none: as SQLite's.
    local: AtomicBool,
    /// The data live in the connection.
    memory: AtomicBool,
    attempts: AtomicUsize,
    open: AtomicUsize,
    most: AtomicUsize,
    pings: AtomicUsize,
    goodbyes: AtomicUsize,
}

macro_rules! switches {
    ($($name:ident),*) => { $(pub(super) fn $name(&self, on: bool) -> &Self {
        self.0.$name.store(on, Ordering::SeqCst);
        self
    })* };
}

macro_rules! counters {
    ($($name:ident),*) => { $(pub(super) fn $name(&self) -> usize {
        self.0.$name.load(Ordering::SeqCst)
    })* };
}

impl Fake {
    switches!(hangs, deaf, mute, local, memory);
    counters!(attempts, open, most, pings, goodbyes);

    pub(super) fn refuses(&self, reason: Option<&str>) -> &Self {
        *self.0.refuses.lock().expect("not poisoned") = reason.map(str::to_owned);
        self
    }

    pub(super) fn takes(&self, most: usize) -> &Self {
        *self.0.takes.lock().expect("not poisoned") = Some(most);
        self
    }

    pub(super) fn latency(&self, latency: Duration) -> &Self {
        *self.0.latency.lock().expect("not poisoned") = latency;
        self
    }

    pub(super) fn goodbye_takes(&self, time: Duration) -> &Self {
        *self.0.goodbye.lock().expect("not poisoned") = time;
        self
    }

    fn is(&self, switch: impl Fn(&Inner) -> &AtomicBool) -> bool {
        switch(&self.0).load(Ordering::SeqCst)
    }
}

/// What an attempt fails with.
pub(super) fn refusal(reason: &str) -> ErrorKind {
    ErrorKind::Connect { cause: ConnectCause::Unreachable, reason: reason.to_owned() }
}

/// A connection to the server.
pub(super) struct FakeLink {
    pub(super) serial: usize,
    fake: Fake,
    opened_in: Option<Id>,
    /// As SQLite's: may move between threads, but not be looked at from two.
    _not_sync: std::cell::Cell<()>,
}

impl FakeLink {
    /// Runs a statement, which takes `time`. Panics in a runtime that is not the connection's own.
    pub(super) async fn work(&mut self, time: Duration) {
        if !self.fake.is(|fake| &fake.local) {
            assert_eq!(self.opened_in, Some(Handle::current().id()), "used in another runtime");
        }
        tokio::time::sleep(time).await;
    }
}

impl Drop for FakeLink {
    fn drop(&mut self) {
        self.fake.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Connector for Fake {
    type Connection = FakeLink;

    async fn open(&self, time: ConnectTime) -> Result<FakeLink> {
        time.one_of(1, self.attempt()).await.unwrap_or_else(|why| {
            Err(Error::new(ErrorKind::Connect { cause: ConnectCause::TimedOut, reason: why }))
        })
    }

    fn needs_runtime(&self) -> bool {
        !self.is(|fake| &fake.local)
    }

    fn keeps_data_in_connection(&self) -> bool {
        self.is(|fake| &fake.memory)
    }
}

impl Fake {
    async fn attempt(&self) -> Result<FakeLink> {
        let serial = self.0.attempts.fetch_add(1, Ordering::SeqCst);
        let latency = *self.0.latency.lock().expect("not poisoned");
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        if self.is(|fake| &fake.hangs) {
            std::future::pending::<()>().await;
        }
        if let Some(reason) = self.0.refuses.lock().expect("not poisoned").clone() {
            return Err(Error::new(refusal(&reason)));
        }
        if self.0.takes.lock().expect("not poisoned").is_some_and(|most| self.open() >= most) {
            let reason = "too many clients".to_owned();
            return Err(Error::new(ErrorKind::Connect { cause: ConnectCause::Full, reason }));
        }
        let open = self.0.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.most.fetch_max(open, Ordering::SeqCst);
        let opened_in = Handle::try_current().ok().map(|handle| handle.id());
        Ok(FakeLink { serial, fake: self.clone(), opened_in, _not_sync: std::cell::Cell::new(()) })
    }
}

impl Link for FakeLink {
    fn server(&self) -> Server {
        Server { backend: Backend::Postgres, version: (15, 4, 0) }
    }

    fn needs_its_runtime(&self) -> bool {
        self.fake.needs_runtime()
    }

    fn reset_now(&mut self) -> bool {
        self.fake.is(|fake| &fake.local)
    }

    async fn ping(&mut self) -> Result<()> {
        self.fake.0.pings.fetch_add(1, Ordering::SeqCst);
        if self.fake.is(|fake| &fake.mute) {
            std::future::pending::<()>().await;
        }
        self.work(Duration::from_millis(1)).await;
        if self.fake.is(|fake| &fake.deaf) { Err(Error::new(ErrorKind::ConnectionLost)) } else { Ok(()) }
    }

    async fn close(self) -> Result<()> {
        let time = *self.fake.0.goodbye.lock().expect("not poisoned");
        if !time.is_zero() {
            tokio::time::sleep(time).await;
        }
        self.fake.0.goodbyes.fetch_add(1, Ordering::SeqCst);
        if self.fake.is(|fake| &fake.mute) {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}
