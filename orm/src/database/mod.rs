//! Databases: handles that are bound at run time, their names, and everything that a query can run on.
//!
//! `handle` is the [`Database`] that users hold; what its clones share is in `shared`, the names of the open ones in
//! `registry`. `proxy` and `reference` are the ways to point at one, `db` the functions on all of them, with `check` and
//! `close`; `connect` is a database for as long as a guard lives, `blocks` for as long as a
//! block needs it, `lifespan` are several for as long as a program serves,
//! `settings` says which there are; `create` makes tables, `tend` looks after the pool. `options` is what
//! `init` takes, `using` what `.using(..)` does; `scope` is what is said for a
//! task, by `with` a database, by `router` what is asked for one, by `writes` what was written, by `counts` how much is sent; `replicas` are read in the
//! place of a primary; `tenants` keeps a database for each of many; `borrowed` is what
//! of it belongs to the user, and with `driver` the only place that names sqlx.
//!
//! Uses `pool`, `driver` and, to run things, `exec` and `transaction`, which use it too: three modules of one layer.

mod blocks;
mod borrowed;
mod check;
mod close;
mod connect;
pub(crate) mod counts;
mod create;
pub(crate) use create::apart;
pub mod db;
mod handle;
mod lifespan;
mod operation;
mod options;
mod proxy;
mod reference;
pub(crate) mod registry;
mod replicas;
pub(crate) mod router;
pub(crate) mod scope;
mod settings;
mod shared;
mod tables;
mod tenants;
mod tend;
#[cfg(test)]
mod tests;
mod using;
mod with;
mod writes;

pub(crate) use borrowed::{ForeignConnection, ForeignPool, Lent, NAME as BORROWED};
pub use connect::{Connect, Connected};
pub use counts::QueryCount;
pub use handle::Database;
pub use operation::{Operation, OperationFuture, Procedure};
pub use options::{DatabaseOptions, Secret, ServerOptions, SqliteOptions, TargetSession, TlsMode};
pub use proxy::DatabaseProxy;
pub use reference::DatabaseRef;
pub(crate) use replicas::{Advice, Spread};
pub use replicas::{ReplicaPolicy, ReplicaSet};
pub use router::{Access, Router, with_router};
pub use scope::{Scoped, Within};
pub use settings::Settings;
pub(crate) use shared::Shared;
pub use tenants::{Tenant, TenantPools, TenantStats};
pub use using::{Auto, Borrowed, Executor, Target, Using};
pub(crate) use using::{Owned, To};
pub use with::{Models, WithDatabase, with_database};
pub use writes::ReadYourWrites;
pub(crate) use writes::Writing;
