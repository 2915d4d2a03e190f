//! Servers that behave in another way, in front of the real one: with TLS or without, deaf, or telling what is not so.

mod certificates;
mod mysql;
mod postgres;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use orm::{DatabaseOptions, ServerOptions};
use orm_tests::{Kind, TestDb};
use sqlx::mysql::MySqlConnectOptions;
use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

pub(crate) use certificates::Authority;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How a server behaves.
#[derive(Clone)]
pub(crate) enum Manner {
    /// It speaks TLS with whoever wants to.
    Tls(TlsAcceptor),
    /// It speaks TLS, and with nobody who does not.
    Insists(TlsAcceptor),
    /// It speaks no TLS.
    Plain,
    /// It speaks no TLS, and says of itself that it is a standby, or of MySQL that it is read only.
    Standby,
    /// As that, but no standby: PostgreSQL only.
    ReadOnly,
    /// It listens and never says a word.
    Deaf,
}

impl Manner {
    /// What is put in the place of what clients ask, of the same length.
    fn lies(&self) -> &'static [(&'static str, &'static str)] {
        const RECOVERY: (&str, &str) = ("pg_is_in_recovery()", "true");
        const READ_ONLY: (&str, &str) = ("current_setting('transaction_read_only')", "'on'");
        const VARIABLE: (&str, &str) = ("@@global.read_only", "1");
        match self {
            Self::Standby => &[RECOVERY, READ_ONLY, VARIABLE],
            Self::ReadOnly => &[READ_ONLY, VARIABLE],
            Self::Tls(_) | Self::Insists(_) | Self::Plain | Self::Deaf => &[],
        }
    }
}

/// How many connections there were.
#[derive(Default)]
struct Counts {
    open: AtomicUsize,
    all: AtomicUsize,
    secured: AtomicUsize,
}

/// A server in front of the one of a test. It is gone when this is dropped, with all its connections.
pub(crate) struct Front {
    pub(crate) port: u16,
    counts: Arc<Counts>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Front {
    pub(crate) async fn start(db: &TestDb, manner: Manner) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let counts = Arc::<Counts>::default();
        let (kind, address) = (db.kind(), address(db)?);
        let accepting = tokio::spawn({
            let counts = Arc::clone(&counts);
            async move {
                // Dropped, it ends what it serves.
                let mut serving = JoinSet::new();
                while let Ok((client, _)) = listener.accept().await {
                    serving.spawn(serve(kind, client, address.clone(), manner.clone(), Arc::clone(&counts)));
                }
            }
        });
        Ok(Self { port, counts, accepting })
    }

    /// Connections that are open.
    pub(crate) fn open(&self) -> usize {
        self.counts.open.load(Ordering::SeqCst)
    }

    /// Connections that there ever were.
    pub(crate) fn all(&self) -> usize {
        self.counts.all.load(Ordering::SeqCst)
    }

    /// Of these, how many came to speak TLS.
    pub(crate) fn secured(&self) -> usize {
        self.counts.secured.load(Ordering::SeqCst)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Counts a connection for as long as it is served.
struct Served(Arc<Counts>);

impl Drop for Served {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn serve(kind: Kind, client: TcpStream, server: (String, u16), manner: Manner, counts: Arc<Counts>) {
    counts.open.fetch_add(1, Ordering::SeqCst);
    counts.all.fetch_add(1, Ordering::SeqCst);
    let served = Served(counts);
    if matches!(manner, Manner::Deaf) {
        // Until the client gives up.
        let mut client = client;
        let mut byte = [0];
        while client.read(&mut byte).await.is_ok_and(|read| read > 0) {}
        return;
    }
    // What goes wrong on the way is the client's to notice.
    let _ = match kind {
        Kind::Postgres => postgres::serve(client, server, &manner, &served.0.secured).await,
        _ => mysql::serve(client, server, &manner, &served.0.secured).await,
    };
}

/// Hands on what either says, until both are silent; what the client says, with lies.
async fn join<C, S>(client: C, server: S, lies: &[(&str, &str)]) -> std::io::Result<()>
where
    C: AsyncRead + AsyncWrite,
    S: AsyncRead + AsyncWrite,
{
    let (mut from_client, mut to_client) = tokio::io::split(client);
    let (mut from_server, mut to_server) = tokio::io::split(server);
    let asking = async {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let read = from_client.read(&mut buffer).await?;
            let Some(said) = buffer.get_mut(..read).filter(|said| !said.is_empty()) else { break };
            for (asked, lie) in lies {
                replace(said, asked, lie);
            }
            to_server.write_all(said).await?;
            to_server.flush().await?;
        }
        to_server.shutdown().await
    };
    let answering = async {
        tokio::io::copy(&mut from_server, &mut to_client).await?;
        to_client.shutdown().await
    };
    tokio::try_join!(asking, answering).map(drop)
}

/// Puts `lie` with blanks in the place of `asked`.
fn replace(said: &mut [u8], asked: &str, lie: &str) {
    let Some(at) = said.windows(asked.len()).position(|window| window == asked.as_bytes()) else { return };
    if let Some(place) = said.get_mut(at..at + asked.len()) {
        place.fill(b' ');
        for (byte, new) in place.iter_mut().zip(lie.bytes()) {
            *byte = new;
        }
    }
}

/// Where the server of a test is.
pub(crate) fn address(db: &TestDb) -> Result<(String, u16)> {
    Ok(match db.kind() {
        Kind::Sqlite => return Err("SQLite is no server".into()),
        Kind::Postgres => {
            let parts: PgConnectOptions = db.url().parse()?;
            (parts.get_host().to_owned(), parts.get_port())
        }
        Kind::MariaDb | Kind::MySql => {
            let parts: MySqlConnectOptions = db.url().parse()?;
            (parts.get_host().to_owned(), parts.get_port())
        }
    })
}

/// The database of a test, but for where it is.
pub(crate) fn somewhere(db: &TestDb) -> Result<ServerOptions> {
    Ok(match db.kind() {
        Kind::Sqlite => return Err("SQLite is no server".into()),
        Kind::Postgres => {
            let parts: PgConnectOptions = db.url().parse()?;
            DatabaseOptions::postgres(parts.get_database().ok_or("no database")?)
                .user(parts.get_username())
                .option("options", parts.get_options().ok_or("no options")?)
        }
        Kind::MariaDb | Kind::MySql => {
            let parts: MySqlConnectOptions = db.url().parse()?;
            let database = parts.get_database().ok_or("no database")?;
            let new =
                if db.kind() == Kind::MySql { DatabaseOptions::mysql } else { DatabaseOptions::mariadb };
            new(database).user(parts.get_username()).option("charset", "utf8mb4")
        }
    })
}

/// A port where nobody listens.
pub(crate) async fn closed_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port())
}
