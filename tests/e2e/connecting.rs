//! Why there is no connection: each reason is an error of its own, with the name of the database, and at once.

use std::time::Duration;

use orm::prelude::*;
use orm::{ConnectCause, DatabaseOptions, ErrorKind, PoolOptions, ServerOptions};
use orm_tests::{Kind, Outcome, TestDb, cases};

use crate::wire::{Front, Manner, Result, address, closed_port, somewhere};

/// What waited for a time-out would not be seen to end.
fn patient() -> PoolOptions {
    PoolOptions::new().connect_timeout(3600).acquire_timeout(None)
}

/// Why the database cannot be opened.
async fn refusal(options: impl Into<DatabaseOptions>) -> Result<(ConnectCause, String)> {
    let error = Database::open("refused", options).await.err().ok_or("it is open")?;
    assert_eq!(error.database(), Some("refused"));
    match error.kind() {
        ErrorKind::Connect { cause, reason } => Ok((*cause, reason.clone())),
        other => Err(format!("{other:?}").into()),
    }
}

/// Servers.
mod servers {
    use super::*;

    /// Calls `body` with the way to the database for a user who may have one connection at a time.
    async fn with_one_connection<T>(
        db: &TestDb,
        body: impl AsyncFnOnce(ServerOptions) -> Result<T>,
    ) -> Result<T> {
        let (host, port) = address(db)?;
        let user = db.handle().name();
        let (make, unmake) = match db.kind() {
            Kind::Postgres => {
                (format!("CREATE ROLE {user} LOGIN CONNECTION LIMIT 1"), format!("DROP ROLE {user}"))
            }
            _ => (format!("CREATE USER {user} WITH MAX_USER_CONNECTIONS 1"), format!("DROP USER {user}")),
        };
        db.oracle(&make).await?;
        if db.kind() != Kind::Postgres {
            db.oracle(&format!("GRANT ALL ON {user}.* TO {user}")).await?;
        }
        let outcome = body(somewhere(db)?.user(user).host_at(&host, port)).await;
        db.oracle(&unmake).await?;
        outcome
    }

    cases! {
        #![needs(Server)]

        /// Nobody listens there, or nobody knows the host.
        async fn a_refused_host(db: &TestDb) -> Outcome {
            let port = closed_port().await?;
            let (cause, reason) = refusal(somewhere(db)?.host_at("127.0.0.1", port).pool(patient())).await?;
            assert_eq!(cause, ConnectCause::Unreachable);
            assert!(reason.starts_with(&format!("127.0.0.1:{port}: ")) && reason.contains("refused"), "{reason}");
            let (cause, reason) = refusal(somewhere(db)?.host("no-such-host.invalid").pool(patient())).await?;
            assert_eq!(cause, ConnectCause::Unreachable);
            assert!(reason.contains("no-such-host.invalid"), "{reason}");
            Ok(())
        }

        /// The server has no such database.
        async fn a_missing_database(db: &TestDb) -> Outcome {
            let (host, port) = address(db)?;
            let new = match db.kind() {
                Kind::Postgres => DatabaseOptions::postgres,
                _ => DatabaseOptions::mysql,
            };
            let user = if db.kind() == Kind::Postgres { "postgres" } else { "root" };
            let options = new("no_such_database").user(user).host_at(host, port).pool(patient());
            let (cause, reason) = refusal(options).await?;
            assert_eq!(cause, ConnectCause::NoDatabase, "{reason}");
            assert!(reason.contains("no_such_database"), "{reason}");
            Ok(())
        }

        /// The server does not know the user.
        async fn an_unknown_user(db: &TestDb) -> Outcome {
            let (host, port) = address(db)?;
            let options = somewhere(db)?.user("no_such_user").password("hunter2").host_at(host, port).pool(patient());
            let (cause, reason) = refusal(options).await?;
            assert_eq!(cause, ConnectCause::Denied, "{reason}");
            assert!(reason.contains("no_such_user") && !reason.contains("hunter2"), "{reason}");
            Ok(())
        }

        /// The server takes no more connections of this user.
        async fn a_full_server(db: &TestDb) -> Outcome {
            let (cause, reason) = with_one_connection(db, async |options| {
                let only = Database::open("only", options.clone().pool(patient())).await?;
                let full = refusal(options.pool(patient())).await?;
                only.close().await?;
                Ok(full)
            })
            .await?;
            assert_eq!(cause, ConnectCause::Full, "{reason}");
            Ok(())
        }

        /// It takes no more, but the pool has one: that is waited for, as long as callers wait for a connection.
        async fn a_full_server_and_one_of_its_own(db: &TestDb) -> Outcome {
            with_one_connection(db, async |options| {
                let hasty = PoolOptions::new().acquire_timeout(0.3);
                let own = Database::open("own", options.clone().pool(hasty)).await?;
                let tx = orm::begin().using(&own).await?;
                let error = own.ping().await.err().ok_or("the transaction has the only one")?;
                let ErrorKind::PoolTimeout { in_use: 1, last_connect_error: Some(said), .. } = error.kind() else {
                    return Err(format!("{error:?}").into());
                };
                assert!(said.contains(db.handle().name()), "{said}");
                tx.rollback().await?;
                own.close().await?;

                let own = Database::open("own", options.clone().pool(patient())).await?;
                let tx = orm::begin().using(&own).await?;
                let stats = || own.pool_stats().unwrap_or_default();
                let (first, second, ended) = tokio::join!(own.ping(), own.ping(), async {
                    orm_tests::listing::until("two wait", async || Ok(stats().waiting == 2)).await?;
                    Ok::<_, Box<dyn std::error::Error + Send + Sync>>(tx.commit().await?)
                });
                first.and(second)?;
                ended?;
                assert_eq!((stats().opened, stats().size, stats().waiting), (1, 1, 0));
                own.close().await?;
                Ok(())
            })
            .await
        }

        /// The server listens, and says nothing.
        async fn a_deaf_server(db: &TestDb) -> Outcome {
            let deaf = Front::start(db, Manner::Deaf).await?;
            let hasty = || PoolOptions::new().connect_timeout(0.2);
            let (cause, reason) = refusal(somewhere(db)?.host_at("127.0.0.1", deaf.port).pool(hasty())).await?;
            assert_eq!((cause, reason), (ConnectCause::TimedOut, format!("127.0.0.1:{}: timed out after 200ms", deaf.port)));
            // Whoever waits less for a connection is told what it waited for.
            let options = somewhere(db)?.host_at("127.0.0.1", deaf.port).pool(PoolOptions::new().acquire_timeout(0.2));
            let error = Database::open("refused", options).await.err().ok_or("it is open")?;
            let ErrorKind::PoolTimeout { waited, in_use, max, last_connect_error, .. } = error.kind() else {
                return Err(format!("{error:?}").into());
            };
            assert!(*waited >= Duration::from_millis(200) && *max == 30 && *in_use <= 1, "{error:?}");
            let said = format!("127.0.0.1:{}: timed out after ", deaf.port);
            assert!(last_connect_error.as_ref().is_some_and(|error| error.contains(&said)), "{error:?}");
            assert_eq!(error.database(), Some("refused"));
            Ok(())
        }

        /// What fails while the database is bound fails at the query, with model and cause; the next one succeeds.
        async fn a_server_that_comes_back(db: &TestDb) -> Outcome {
            use orm_tests::scenario::blog::{self, *};
            db.handle().create_tables(&blog::TABLES).await?;
            let front = Front::start(db, Manner::Plain).await?;
            let port = front.port;
            let bound = Database::deferred("comes_back");
            bound.init(somewhere(db)?.host_at("127.0.0.1", port).pool(patient().test_before_acquire(true))).await?;
            drop(front);
            let error = orm_tests::listing::until("it is gone", async || Ok(User::objects().using(&bound).count().await.is_err())).await;
            error?;
            let error = User::objects().using(&bound).count().await.err().ok_or("nobody is there")?;
            assert!(matches!(error.kind(), ErrorKind::Connect { cause: ConnectCause::Unreachable, .. }), "{error:?}");
            assert_eq!((error.database(), error.model()), (Some("comes_back"), Some("User")));
            assert!(bound.is_initialized());
            bound.close().await?;
            Ok(())
        }
    }
}

/// Files.
mod files {
    use super::*;

    cases! {
        #![needs(Sqlite)]

        /// A folder that is not there, a folder in the place of the file, a file that is no database.
        async fn files_that_are_none(db: &TestDb) -> Outcome {
            let folder = tempfile::tempdir()?;
            let at = |name: &str| DatabaseOptions::sqlite(folder.path().join(name)).pool(patient());
            std::fs::write(folder.path().join("text.db"), "once upon a time, there was a file that was no database ".repeat(40))?;
            std::fs::create_dir(folder.path().join("folder.db"))?;
            for (options, wanted, word) in [
                (at("none/a.db"), ConnectCause::NoDatabase, "no directory"),
                (at("folder.db"), ConnectCause::NoDatabase, "directory"),
                (at("a.db").read_only(), ConnectCause::NoDatabase, "no such file"),
                (at("a.db").create_if_missing(false), ConnectCause::NoDatabase, "no such file"),
                (at("text.db"), ConnectCause::Other, "not a database"),
            ] {
                let (cause, reason) = refusal(options).await?;
                assert_eq!(cause, wanted, "{reason}");
                assert!(reason.contains(word) && reason.contains(".db"), "{reason}");
            }
            assert_eq!(db.kind(), Kind::Sqlite);
            Ok(())
        }
    }
}
