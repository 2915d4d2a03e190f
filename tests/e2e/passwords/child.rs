//! The process that does everything that may fail with a password, and shows all that can be shown.

use std::fmt::Debug;
use std::io::Read as _;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::time::Duration;

use futures_util::FutureExt as _;
use orm::prelude::*;
use orm::{DatabaseOptions, PoolOptions, Secret, ServerOptions, TlsMode, begin, db};
use orm_tests::scenario::blog::*;
use sqlx::mysql::MySqlConnectOptions;
use sqlx::postgres::PgConnectOptions;
use tracing::span;

use super::forms::encoded;
use crate::wire::Result;

/// The variable with the URL of a database that knows none of the passwords.
pub(crate) const PLACE: &str = "ORM_TEST_PASSWORDS_AT";
/// What takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(240);

/// Shows every event and span, of every level and every crate.
struct Ears;

struct Loud;

impl tracing::field::Visit for Loud {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn Debug) {
        say(&format!("  {}={value:?}", field.name()));
    }
}

impl tracing::Subscriber for Ears {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        say(&format!("span {}", attributes.metadata().target()));
        attributes.record(&mut Loud);
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut Loud);
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        say(&format!("event {}", event.metadata().target()));
        event.record(&mut Loud);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

impl log::Log for Ears {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        say(&format!("event {} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

#[expect(clippy::print_stdout, reason = "it is what the process is for")]
fn say(line: &str) {
    println!("{line}");
}

fn debug(value: &dyn Debug) {
    say(&format!("debug {value:?} {value:#?}"));
}

/// An error, all that is behind it, and a panic because of it.
fn error<T>(outcome: orm::Result<T>) {
    let Err(error) = &outcome else { return say("no error") };
    debug(error);
    debug(error.kind());
    let mut next: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = next {
        say(&format!("error {error} {error:?}"));
        next = error.source();
    }
    let _ = std::panic::catch_unwind(AssertUnwindSafe(|| outcome.map(drop).expect("a panic on purpose")));
}

/// Runs as that process.
pub(crate) fn run(place: &str) -> ExitCode {
    tracing::subscriber::set_global_default(Ears).expect("the first subscriber");
    log::set_logger(&Ears).expect("the first logger");
    log::set_max_level(log::LevelFilter::Trace);
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input).expect("the passwords");
    let passwords: Vec<String> = serde_json::from_str(&input).expect("a list");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let done = runtime.block_on(async {
        tokio::time::timeout(PATIENCE, async {
            // That statements are heard, and sqlx.
            let there = Database::open("there", place).await?;
            let _ = User::objects().using(&there).count().await;
            sqlx_is_heard(place).await;
            for password in &passwords {
                everything(place, password).await?;
            }
            there.close().await?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        })
        .await
    });
    match done {
        Ok(Ok(())) => say("the end"),
        Ok(Err(error)) => {
            say(&format!("failed: {error}"));
            return ExitCode::from(2);
        }
        Err(_) => return ExitCode::from(3),
    }
    ExitCode::SUCCESS
}

/// A statement through sqlx itself, which logs it.
async fn sqlx_is_heard(place: &str) {
    let sql = sqlx::AssertSqlSafe("SELECT 1");
    if place.starts_with("postgres") {
        if let Ok(pool) = sqlx::PgPool::connect(place).await {
            let _ = sqlx::query(sql).execute(&pool).await;
        }
    } else if let Ok(pool) = sqlx::MySqlPool::connect(place).await {
        let _ = sqlx::query(sql).execute(&pool).await;
    }
}

/// Everything with one password.
async fn everything(place: &str, password: &str) -> Result<()> {
    let (scheme, rest) = place.split_once("://").ok_or("no scheme")?;
    let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    let written = encoded(password);
    for (number, url) in urls(scheme, rest, &written, password).into_iter().enumerate() {
        say(&format!("case url {number}"));
        let options =
            DatabaseOptions::url(&url).pool(PoolOptions::new().connect_timeout(2).acquire_timeout(3));
        tries(options).await;
    }
    for (number, options) in builders(place, password)?.into_iter().enumerate() {
        say(&format!("case builder {number}"));
        debug(&options);
        tries(options).await;
    }
    say("case secret");
    debug(&(Secret::from(password), Some(Secret::from(password.to_owned()))));
    say("case wrong file");
    error(Database::open("shown", DatabaseOptions::memory().pragma("key", password)).await);
    error(Database::open("shown", DatabaseOptions::memory().option("key", password)).await);
    borrowed(scheme, &written).await;
    Ok(())
}

/// Every way to a database, all in vain.
async fn tries(options: impl Into<DatabaseOptions>) {
    let options = options.into();
    debug(&options);
    let deferred = Database::deferred("shown");
    error(deferred.init(options.clone()).await);
    error(deferred.init_lazy(options.clone()).await);
    error(deferred.ping().await);
    error(User::objects().using(&deferred).create(NewUser::new("ann")).await);
    error(deferred.warmup(2).await);
    error(begin().using(&deferred).await);
    error(atomic(async |tx: Tx| User::objects().using(&tx).count().await).using(&deferred).await);
    debug(&(&deferred, deferred.url(), deferred.pool_stats(), User::objects().using(&deferred)));
    let _ = deferred.close().await;
    error(Database::open("shown", options.clone()).await);
    debug(&db::connect(options.clone()));
    error(db::connect(options.clone()).name("shown").await);
    error(db::init([("shown", options.clone())]).await);
    let _ = AssertUnwindSafe(async { panic!("{options:?} {deferred:?}") }).catch_unwind().await;
}

/// URLs that lead nowhere, each with the password somewhere.
fn urls(scheme: &str, rest: &str, written: &str, raw: &str) -> Vec<String> {
    let (host, database) = rest.split_once('/').unwrap_or((rest, "none"));
    let database = database.split('?').next().unwrap_or_default();
    let mut urls = Vec::new();
    for password in [written, raw] {
        for place in [
            format!("127.0.0.1:1/{database}"),
            format!("127.0.0.1:1,localhost:1/{database}?target_session_attrs=read-write"),
            format!("127.0.0.1:99999/{database}"),
            format!("{host}/no_such_database"),
            format!("{host}/{database}"),
            format!("{host}/{database}?no_such={password}"),
            format!("{host}/{database}?sslmode={password}"),
            format!("{host}/{database}?max_connections={password}"),
            format!("{host}/{database}?sslmode=verify-full"),
            "[::1".to_owned(),
            String::new(),
        ] {
            urls.push(format!("{scheme}://nobody:{password}@{place}"));
        }
        urls.push(format!("oracle://nobody:{password}@{host}/{database}"));
        urls.push(format!("{scheme}:nobody:{password}@{host}/{database}"));
        urls.push(format!("//nobody:{password}@{host}/{database}"));
    }
    urls
}

fn builders(place: &str, password: &str) -> Result<Vec<ServerOptions>> {
    let (host, port, new): (_, _, fn(&'static str) -> ServerOptions) = if place.starts_with("postgres") {
        let parts: PgConnectOptions = place.parse()?;
        (parts.get_host().to_owned(), parts.get_port(), DatabaseOptions::postgres)
    } else {
        let parts: MySqlConnectOptions = place.parse()?;
        (parts.get_host().to_owned(), parts.get_port(), DatabaseOptions::mysql)
    };
    let pool = PoolOptions::new().connect_timeout(2).acquire_timeout(3);
    let known = || new("no_such_database").user("nobody").password(password).pool(pool.clone());
    Ok(vec![
        known().host_at("127.0.0.1", 1),
        known().host_at("127.0.0.1", 1).host_at("localhost", 1),
        known().host_at(&host, port),
        known().host_at(&host, port).tls(TlsMode::VerifyFull),
        known().host_at(&host, port).option("no_such", password),
        known().host_at(&host, port).option("sslmode", password),
    ])
}

/// Pools of the user's own that lead nowhere.
async fn borrowed(scheme: &str, written: &str) {
    say("case borrowed");
    let limit = Duration::from_millis(50);
    let url = format!("{scheme}://nobody:{written}@127.0.0.1:1/none");
    if scheme == "postgres" {
        if let Ok(pool) = sqlx::postgres::PgPoolOptions::new().acquire_timeout(limit).connect_lazy(&url) {
            debug(&User::objects().using(&pool));
            error(User::objects().using(&pool).count().await);
        }
    } else if let Ok(pool) = sqlx::mysql::MySqlPoolOptions::new().acquire_timeout(limit).connect_lazy(&url) {
        debug(&User::objects().using(&pool));
        error(User::objects().using(&pool).count().await);
    }
}
