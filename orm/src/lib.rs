#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

#[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
compile_error!("enable at least one of the features `sqlite`, `postgres`, `mysql` of the crate `orm`");

mod database;
mod driver;
mod error;
mod exec;
mod expr;
#[cfg(feature = "migrate")]
#[doc(hidden)]
pub mod migrate;
pub mod model;
mod plan;
mod pool;
pub mod prelude;
#[doc(hidden)]
pub mod private;
mod query;
mod raw;
pub mod schema;
mod sql;
pub mod statistics;
mod tracked;
mod transaction;
pub mod types;
#[cfg(feature = "validate")]
#[doc(hidden)]
pub mod validate;

pub use database::{
    Access, Auto, Borrowed, Connect, Connected, Database, DatabaseOptions, DatabaseProxy, DatabaseRef,
    Executor, Models, Operation, OperationFuture, Procedure, QueryCount, ReadYourWrites, ReplicaPolicy,
    Router, Scoped, Secret, ServerOptions, Settings, SqliteOptions, Target, TargetSession, Tenant,
    TenantPools, TenantStats, TlsMode, Using, WithDatabase, Within, db, with_database, with_router,
};
pub use driver::{Backend, Capability, Cursor};
#[cfg(feature = "sqlite")]
pub use driver::{
    SqliteArgument, SqliteFunctions, SqliteResult, SqliteScalar, SqliteStep, SqliteValue, StepResult,
};
pub use error::{ConnectCause, ConstraintKind, ConstraintViolation, Error, ErrorKind, Invalid, Result};
pub use exec::{BlockingRows, ExplainStep, Explaining, Explanation, RowStream, Run, RunFuture};
pub use expr::{
    Agg, AggregateCall, Argument, Arguments, Array, AsPattern, Assignments, Call, Case, CaseStart, Choice,
    Column, Computes, Condition, Contained, Elements, Expr, FitsIn, FullText, InList, IntoElement, IntoExpr,
    IntoPrefetch, Kind, LeadsToOne, ListOf, Many, Map, One, Operand, OrderBy, Ordering, Prefetch, Q, Related,
    Relation, Row, RowLevel, Set, Through, ToOne, ToOneKey, avg, call, call_aggregate, case, count,
    count_distinct, count_rows, key, lower, max, min, sum, upper,
};
pub use orm_macros::{DbEnum, DbType, Embed, Meta, Model, Projection};
pub use pool::{PingPolicy, PoolOptions, PoolProfile, PoolStats, TimeLimit};
pub use query::{
    Annotation, Batches, BlockingBatches, CursorPage, Inserts, Keys, Leaves, Linked, Lookups, Nests,
    OnConflict, Page, PageCursor, Projection, Push, QuerySet, Selection, UniqueKey, Updates, Upsert,
    set_page_secret,
};
pub use raw::{
    Commands, FromRow, IntoParam, IntoParams, Lend, List, Multiple, ParamValue, Params, Record, connect,
    list, using,
};
pub use tracked::{Refresh, Save, Tracked};
pub use transaction::{
    Atomic, AtomicFuture, Begin, Body, Isolation, Once, Repeat, Repeatable, SqliteLock, Transaction, Tx,
    atomic, begin, on_commit,
};
pub use types::Hstore;
#[cfg(feature = "json")]
pub use types::Json;
