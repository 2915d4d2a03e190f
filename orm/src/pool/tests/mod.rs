//! The pool under faults, on paused time: with a server that fails, hangs and dies as told.

mod acquire;
mod bound;
mod cancel;
mod close;
mod config;
mod fake;
mod full;
mod options;
mod real;
mod runtimes;
mod single;
mod tend;

use std::sync::Arc;
use std::time::Duration;

use super::{Pool, PoolOptions};
use fake::Fake;

/// A pool of at most `max` connections to a new server.
fn pool(max: usize) -> (Pool<Fake>, Fake) {
    pool_with(PoolOptions::new().max_connections(max))
}

fn pool_with(options: PoolOptions) -> (Pool<Fake>, Fake) {
    let fake = Fake::default();
    let pool = Pool::open(Arc::from("test"), &options, fake.clone()).expect("the options fit together");
    (pool, fake)
}

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
