//! Why there is no connection: each reason is an error of its own, with the name of the database, and at once.

use std::time::Duration;

use orm::prelude::*;
use orm::{ConnectCause, DatabaseOptions, ErrorKind, PoolOptions};
use orm_tests::{Kind, Outcome, cases};

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
            let (host, port) = address(db)?;
            let user = db.handle().name();
            let (make, unmake) = match db.kind() {
                Kind::Postgres => (format!("CREATE ROLE {user} LOGIN CONNECTION LIMIT 1"), format!("DROP ROLE {user}")),
                _ => (format!("CREATE USER {user} WITH MAX_USER_CONNECTIONS 1"), format!("DROP USER {user}")),
            };
            db.oracle(&make).await?;
            if db.kind() != Kind::Postgres {
                db.oracle(&format!("GRANT ALL ON {user}.* TO {user}")).await?;
            }
            let outcome = async {
                let options = || somewhere(db).map(|options| options.user(user).host_at(&host, port).pool(patient()));
                let only = Database::open("only", options()?).await?;
                let full = refusal(options()?).await?;
                only.close().await?;
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(full)
            };
            let outcome = outcome.await;
            db.oracle(&unmake).await?;
            let (cause, reason) = outcome?;
            assert_eq!(cause, ConnectCause::Full, "{reason}");
            Ok(())
        }

        /// The server listens, and says nothing.
        async fn a_deaf_server(db: &TestDb) -> Outcome {
            let deaf = Front::start(db, Manner::Deaf).await?;
            let hasty = || PoolOptions::new().connect_timeout(0.2);
            let (cause, reason) = refusal(somewhere(db)?.host_at("127.0.0.1", deaf.port).pool(hasty())).await?;
            assert_eq!((cause, reason.as_str()), (ConnectCause::TimedOut, "timed out after 200ms"));
            // Whoever waits less for a connection is told what it waited for.
            let options = somewhere(db)?.host_at("127.0.0.1", deaf.port).pool(PoolOptions::new().acquire_timeout(0.2));
            let error = Database::open("refused", options).await.err().ok_or("it is open")?;
            let ErrorKind::PoolTimeout { waited, in_use, max, last_connect_error, .. } = error.kind() else {
                return Err(format!("{error:?}").into());
            };
            assert!(*waited >= Duration::from_millis(200) && *max == 30 && *in_use <= 1, "{error:?}");
            assert!(last_connect_error.as_ref().is_some_and(|said| said.contains("no answer")), "{error:?}");
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
