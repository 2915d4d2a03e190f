//! Databases that several servers have.

use orm::prelude::*;
use orm::{ConnectCause, ErrorKind, PoolOptions, ServerOptions, TargetSession};
use orm_tests::listing::until;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Kind, Outcome, TestDb, cases};

use crate::wire::{Front, Manner, Result, address, closed_port, somewhere};

/// The database of the test at these servers, one after the other.
fn at(db: &TestDb, fronts: &[&Front]) -> Result<ServerOptions> {
    let options = somewhere(db)?.pool(PoolOptions::new().connect_timeout(2));
    Ok(fronts.iter().fold(options, |options, front| options.host_at("127.0.0.1", front.port)))
}

/// Opens the database, and says at which of the servers it is.
async fn chosen(options: ServerOptions, fronts: &[&Front]) -> Result<usize> {
    let db = Database::open("several", options).await?;
    User::objects().using(&db).count().await?;
    // Those that would not do are left again.
    until("one is left", async || Ok(fronts.iter().map(|front| front.open()).sum::<usize>() == 1)).await?;
    let found = fronts.iter().position(|front| front.open() == 1).ok_or("none")?;
    db.close().await?;
    until("none is left", async || Ok(fronts.iter().all(|front| front.open() == 0))).await?;
    Ok(found)
}

/// Why there is no connection.
fn refusal(error: &orm::Error) -> (ConnectCause, &str) {
    match error.kind() {
        ErrorKind::Connect { cause, reason } => (*cause, reason),
        other => panic!("{other:?}"),
    }
}

cases! {
    #![needs(Server)]

    /// Servers that are gone, or do not answer, are passed over; if all are, the error says of each why.
    async fn dead_servers(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let deaf = Front::start(db, Manner::Deaf).await?;
        let (closed, (host, port)) = (closed_port().await?, address(db)?);
        let dead = || somewhere(db).map(|options| {
            options.pool(PoolOptions::new().connect_timeout(0.3)).host_at("127.0.0.1", closed).host_at("127.0.0.1", deaf.port)
        });
        let alive = Database::open("several", dead()?.host_at(&host, port)).await?;
        assert_eq!(User::objects().using(&alive).count().await?, 0);
        assert_eq!(deaf.all(), 1, "tried");
        alive.close().await?;
        let error = Database::open("several", dead()?).await.err().ok_or("nobody is there")?;
        let (cause, reason) = refusal(&error);
        assert_eq!((cause, error.database()), (ConnectCause::Other, Some("several")));
        let (first, second) = reason.split_once("; ").ok_or("two reasons")?;
        assert!(first.starts_with(&format!("127.0.0.1:{closed}: ")) && first.contains("refused"), "{reason}");
        assert_eq!(second, format!("127.0.0.1:{}: timed out after 300ms", deaf.port));
        // Whoever waits less than all of them together may take gets to the last one too, and hears of each.
        let shared = |patience: f64| PoolOptions::new().connect_timeout(3600).acquire_timeout(patience);
        let alive = Database::open("several", dead()?.host_at(&host, port).pool(shared(6.0))).await?;
        assert_eq!(User::objects().using(&alive).count().await?, 0);
        alive.close().await?;
        let error = Database::open("several", dead()?.pool(shared(0.4))).await.err().ok_or("nobody is there")?;
        let ErrorKind::PoolTimeout { last_connect_error: Some(said), .. } = error.kind() else {
            return Err(format!("{error:?}").into());
        };
        assert!(said.contains(&format!("127.0.0.1:{closed}: ")) && said.contains("refused"), "{said}");
        assert!(said.contains(&format!("; 127.0.0.1:{}: timed out after ", deaf.port)), "{said}");
        // The first that is alive is taken; nobody after it is asked.
        let (one, other) = (Front::start(db, Manner::Plain).await?, Front::start(db, Manner::Plain).await?);
        assert_eq!(chosen(at(db, &[&one, &other])?, &[&one, &other]).await?, 0);
        assert_eq!(other.all(), 0);
        Ok(())
    }

    /// The server that is wanted: one that can be written to, one that cannot, a primary, a standby.
    async fn the_wanted_server(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let (standby, main) = (Front::start(db, Manner::Standby).await?, Front::start(db, Manner::Plain).await?);
        let both = [&standby, &main];
        for (target, place) in [
            (TargetSession::Any, 0),
            (TargetSession::ReadWrite, 1),
            (TargetSession::ReadOnly, 0),
            (TargetSession::Primary, 1),
            (TargetSession::Standby, 0),
            (TargetSession::PreferStandby, 0),
        ] {
            assert_eq!(chosen(at(db, &both)?.target_session(target), &both).await?, place, "{target:?}");
        }
        let turned = [&main, &standby];
        for (target, place) in [(TargetSession::ReadWrite, 0), (TargetSession::Standby, 1), (TargetSession::PreferStandby, 1)] {
            assert_eq!(chosen(at(db, &turned)?.target_session(target), &turned).await?, place, "{target:?}");
        }
        assert_eq!(chosen(at(db, &[&main])?.target_session(TargetSession::PreferStandby), &[&main]).await?, 0, "none is a standby");
        let error = Database::open("several", at(db, &[&standby])?.target_session(TargetSession::ReadWrite)).await.err().ok_or("a standby")?;
        let (cause, reason) = refusal(&error);
        assert_eq!((cause, reason), (ConnectCause::WrongRole, &*format!("127.0.0.1:{}: it cannot be written to", standby.port)));
        let error = Database::open("several", at(db, &[&main])?.target_session(TargetSession::Standby)).await.err().ok_or("no standby")?;
        assert_eq!(refusal(&error).0, ConnectCause::WrongRole);

        if db.kind() == Kind::Postgres {
            // A primary that is set to read only.
            let reader = Front::start(db, Manner::ReadOnly).await?;
            let three = [&reader, &standby, &main];
            for (target, place) in [(TargetSession::Primary, 0), (TargetSession::ReadOnly, 0), (TargetSession::ReadWrite, 2), (TargetSession::Standby, 1)] {
                assert_eq!(chosen(at(db, &three)?.target_session(target), &three).await?, place, "{target:?}");
            }
            // The server itself, when its transactions are told to be read only.
            let (host, port) = address(db)?;
            let read_only = db.url().split_once("options=").map(|_| "-c default_transaction_read_only=on").ok_or("no options")?;
            let options = somewhere(db)?.host_at(&host, port).option("options", read_only);
            let error = Database::open("several", options.clone().target_session(TargetSession::ReadWrite)).await.err().ok_or("read only")?;
            assert_eq!(refusal(&error).0, ConnectCause::WrongRole);
            Database::open("several", options.target_session(TargetSession::ReadOnly)).await?.close().await?;
        }
        Ok(())
    }

    /// Several servers in a URL, in both spellings.
    async fn servers_in_a_url(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let (standby, main) = (Front::start(db, Manner::Standby).await?, Front::start(db, Manner::Plain).await?);
        let both = [&standby, &main];
        let (host, port) = address(db)?;
        let base = |place: &str| {
            let url = db.url().replacen(&format!("{host}:{port}"), place, 1);
            format!("{url}{}", if url.contains('?') { '&' } else { '?' })
        };
        let before = base(&format!("127.0.0.1:{},127.0.0.1:{}", standby.port, main.port));
        let within = format!("{}host=127.0.0.1,127.0.0.1&port={},{}&", base(""), standby.port, main.port);
        for url in [before, within] {
            for (target, place) in [("any", 0), ("read-write", 1), ("standby", 0)] {
                let several = Database::open("several", format!("{url}target_session_attrs={target}")).await?;
                until("one is left", async || Ok(standby.open() + main.open() == 1)).await?;
                assert_eq!(both.iter().position(|front| front.open() == 1), Some(place), "{target}");
                several.close().await?;
                until("none is left", async || Ok(standby.open() + main.open() == 0)).await?;
            }
        }
        for wrong in ["target_session_attrs=main", "load_balance_hosts=yes", "port=x", "port=1,2,3"] {
            let error = Database::open("wrong", format!("{}{wrong}", base("one,two"))).await.err().ok_or(wrong)?;
            assert!(matches!(error.kind(), ErrorKind::Config { .. }), "{error:?}");
        }
        Ok(())
    }

    /// In any order, every server gets some of the connections.
    async fn the_load_is_spread(db: &TestDb) -> Outcome {
        let (one, other) = (Front::start(db, Manner::Plain).await?, Front::start(db, Manner::Plain).await?);
        let pool = PoolOptions::new().max_connections(20).min_connections(20);
        let spread = Database::open("several", at(db, &[&one, &other])?.shuffle_hosts().pool(pool.clone())).await?;
        assert_eq!(one.open() + other.open(), 20);
        assert!(one.open() > 0 && other.open() > 0, "{} and {}", one.open(), other.open());
        spread.close().await?;
        let before = other.all();
        let in_order = Database::open("several", at(db, &[&one, &other])?.pool(pool)).await?;
        assert_eq!((in_order.pool_stats().map(|stats| stats.idle), other.all()), (Some(20), before));
        in_order.close().await?;
        Ok(())
    }

    /// When a server dies, whatever comes after goes to the next one.
    async fn a_server_dies(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let (first, second) = (Front::start(db, Manner::Plain).await?, Front::start(db, Manner::Plain).await?);
        let options = at(db, &[&first, &second])?.target_session(TargetSession::ReadWrite);
        let several = Database::open("several", options.pool(PoolOptions::new().test_before_acquire(true))).await?;
        User::objects().using(&several).create(NewUser::new("ann")).await?;
        assert_eq!((first.open(), second.all()), (1, 0));
        drop(first);
        // The test before use finds the connection dead, and a new one is opened.
        until("the other one has taken over", async || {
            let made = User::objects().using(&several).create(NewUser::new("bob")).await;
            Ok(made.is_ok() || made.is_err_and(|error| error.is_unique_violation()))
        })
        .await?;
        assert_eq!(second.open(), 1);
        assert_eq!(User::objects().using(&several).count().await?, 2);
        several.close().await?;
        Ok(())
    }
}
