//! Connections and pools that belong to the user: sqlx's own. With `driver`, the only place that names sqlx.
//!
//! What is borrowed is never committed, closed or kept. A pool is owned by a query like any cheap handle; a
//! connection or an open sqlx transaction is lent for one query.
//!
//! **Which server?** SQLite and PostgreSQL say it without a round trip. MySQL and MariaDB have to be asked: once
//! for a pool (as long as its connect options are the same), but once *per loan* for a lent connection, because
//! nothing on it can be remembered: its address says nothing about which server is behind it.
//!
//! `native` says what is done with a connection of each driver, `pool` is a user's pool and what it gives, `lent` a
//! connection on loan.

/// Calls the same generic code for whichever backend it is.
macro_rules! each {
    ($value:expr, $type:ident, $inner:ident => $call:expr) => {
        match $value {
            #[cfg(feature = "sqlite")]
            $type::Sqlite($inner) => $call,
            #[cfg(feature = "postgres")]
            $type::Postgres($inner) => $call,
            #[cfg(feature = "mysql")]
            $type::MySql($inner) => $call,
        }
    };
}

mod lent;
mod native;
mod pool;
// They go over every backend at once.
#[cfg(all(test, feature = "sqlite", feature = "postgres", feature = "mysql"))]
mod tests;

use sqlx::pool::PoolConnection;

use super::using::{Auto, Borrowed, Owned, Using};
use crate::error::{Error, ErrorKind};

pub(crate) use lent::{Lent, Loan};
pub(crate) use pool::{ForeignConnection, ForeignPool};

/// What errors call a database that the user brought along.
pub(crate) const NAME: &str = "(borrowed)";

/// `Using` for everything of one backend.
macro_rules! using {
    ($feature:literal, $name:ident, $db:ty, $connection:ty) => {
        #[cfg(feature = $feature)]
        #[diagnostic::do_not_recommend]
        impl Using for sqlx::Pool<$db> {
            type Executor = Auto;
            fn executor(self) -> Auto {
                Owned::Pool(ForeignPool::$name(self)).into()
            }
        }
        #[cfg(feature = $feature)]
        #[diagnostic::do_not_recommend]
        impl Using for &sqlx::Pool<$db> {
            type Executor = Auto;
            fn executor(self) -> Auto {
                self.clone().executor()
            }
        }
        #[cfg(feature = $feature)]
        #[diagnostic::do_not_recommend]
        impl<'c> Using for &'c mut $connection {
            type Executor = Borrowed<'c>;
            fn executor(self) -> Borrowed<'c> {
                Borrowed(Loan::$name(self))
            }
        }
        #[cfg(feature = $feature)]
        #[diagnostic::do_not_recommend]
        impl<'c> Using for &'c mut PoolConnection<$db> {
            type Executor = Borrowed<'c>;
            fn executor(self) -> Borrowed<'c> {
                <&'c mut <$db as sqlx::Database>::Connection>::executor(&mut **self)
            }
        }
        #[cfg(feature = $feature)]
        #[diagnostic::do_not_recommend]
        impl<'c> Using for &'c mut sqlx::Transaction<'_, $db> {
            type Executor = Borrowed<'c>;
            fn executor(self) -> Borrowed<'c> {
                <&'c mut <$db as sqlx::Database>::Connection>::executor(&mut **self)
            }
        }
    };
}

using!("sqlite", Sqlite, sqlx::Sqlite, sqlx::SqliteConnection);
using!("postgres", Postgres, sqlx::Postgres, sqlx::PgConnection);
using!("mysql", MySql, sqlx::MySql, sqlx::MySqlConnection);

/// Errors of sqlx's own begin, commit, rollback and ping.
fn from_sqlx(error: &sqlx::Error) -> Error {
    match error {
        sqlx::Error::Database(error) => Error::new(ErrorKind::Database {
            code: error.code().map(Into::into),
            message: error.message().to_owned(),
        }),
        _ => Error::new(ErrorKind::ConnectionLost),
    }
}
