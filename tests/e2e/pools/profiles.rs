//! Defaults for kinds of load, and the log of statements.

use std::sync::{Arc, Mutex};

use orm::prelude::*;
use orm::{DatabaseOptions, PoolOptions};
use orm_tests::listing as sessions;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, cases};
use tracing::span;

use super::Bench;

/// Sees what is logged at level info or above.
#[derive(Clone, Default)]
struct Info(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Info {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        *metadata.level() <= tracing::Level::INFO
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        if event.metadata().target() == "orm::query" {
            event.record(&mut self.clone());
        }
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

impl tracing::field::Visit for Info {
    fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
        if field.name() == "db.query.text" {
            self.0.lock().expect("no panic").push(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &tracing::field::Field, _: &dyn std::fmt::Debug) {}
}

impl Info {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("no panic"))
    }
}

cases! {
    /// A database that echoes logs its statements at level info, in transactions too, without values; others do not.
    async fn echo(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let info = Info::default();
        let _here = tracing::subscriber::set_default(info.clone());
        let url = sessions::url(db);
        let in_url = format!("{url}{}echo=true", if url.contains('?') { '&' } else { '?' });
        for (options, loud) in [
            (DatabaseOptions::url(&url), false),
            (DatabaseOptions::url(&url).pool(PoolOptions::new().echo(true)), true),
            (DatabaseOptions::url(&in_url), true),
            (DatabaseOptions::url(&in_url).pool(PoolOptions::new().echo(false)), false),
        ] {
            let echo = Database::open("echo", options).await?;
            info.take();
            assert_eq!(User::objects().using(&echo).filter(User::username.eq("nobody-at-all")).count().await?, 0);
            let said = info.take();
            assert_eq!(said.len(), usize::from(loud), "{said:?}");
            assert!(said.iter().all(|sql| sql.contains("SELECT") && sql.contains("users") && !sql.contains("nobody")), "{said:?}");
            atomic(async |tx: Tx| User::objects().using(&tx).count().await).using(&echo).await?;
            let said = info.take();
            assert_eq!(said.iter().any(|sql| sql.contains("COMMIT")), loud, "{said:?}");
            echo.close().await?;
        }
        Ok(())
    }

    /// A profile says how large a pool is; what else is said goes before it.
    async fn profiles(db: &TestDb) -> Outcome {
        for (options, soft, hard, open) in [
            (PoolOptions::light(), 5, 15, 1),
            (PoolOptions::medium(), 10, 30, 1),
            (PoolOptions::heavy(), 20, 50, 1),
            (PoolOptions::batch(), 30, 80, 1),
            (PoolOptions::worker(), 10, 10, 2),
            (PoolOptions::web().min_connections(3), 50, 50, 3),
            (PoolOptions::web().max_connections(4), 4, 4, 4),
            (PoolOptions::sqlite(), 1, 1, 1),
            (PoolOptions::production(), 10, 30, 1),
        ] {
            let bench = Bench::open(db, options).await?;
            let stats = bench.stats();
            assert_eq!((stats.soft_limit, stats.hard_limit), (soft, hard));
            bench.settles_at(open).await?;
            bench.close().await?;
        }
        Ok(())
    }
}
