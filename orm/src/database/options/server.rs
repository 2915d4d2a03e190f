//! A database on a server, said without a URL.

use std::fmt;
use std::path::Path;

use super::{DatabaseOptions, Secret, Source, set};
use crate::driver::{Address, DatabaseUrl, Host};
use crate::error::Result;
use crate::pool::PoolOptions;

/// How the connection to a server is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TlsMode {
    /// Without TLS.
    Disable,
    /// With TLS if the server has it, whatever its certificate is. The default.
    #[default]
    Prefer,
    /// With TLS, whatever the certificate of the server is: safe from those who listen, not from those who pretend to be
    /// the server.
    Require,
    /// With TLS and a certificate that a known authority signed, for whatever name.
    VerifyCa,
    /// With TLS and a certificate that a known authority signed for the name of the host.
    VerifyFull,
}

impl TlsMode {
    const fn name(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }
}

/// Which of several servers is wanted.
///
/// MySQL and MariaDB are asked for `read_only`: a server that has it set is read only and a standby, another one takes
/// writes and is a primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TargetSession {
    /// The first that answers. The default.
    #[default]
    Any,
    /// The first whose transactions can write.
    ReadWrite,
    /// The first whose transactions cannot.
    ReadOnly,
    /// The first that is no standby.
    Primary,
    /// The first that is a standby.
    Standby,
    /// The first that is a standby; if there is none, the first that answers.
    PreferStandby,
}

impl TargetSession {
    const fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::ReadWrite => "read-write",
            Self::ReadOnly => "read-only",
            Self::Primary => "primary",
            Self::Standby => "standby",
            Self::PreferStandby => "prefer-standby",
        }
    }
}

/// A database on a server: [`DatabaseOptions::postgres`], [`DatabaseOptions::mysql`], [`DatabaseOptions::mariadb`].
///
/// What is left out is as in a URL that leaves it out.
///
/// # Examples
///
/// ```
/// use orm::{DatabaseOptions, PoolOptions, TlsMode};
///
/// let shop = DatabaseOptions::postgres("shop")
///     .user("me")
///     .password("hunter2")
///     .host("db.example.org")
///     .tls(TlsMode::VerifyFull)
///     .option("application_name", "till")
///     .pool(PoolOptions::web());
/// assert!(!format!("{shop:?}").contains("hunter2"));
/// ```
#[derive(Clone)]
#[must_use = "it is to be given to `init`, `open` or `connect`"]
pub struct ServerOptions {
    scheme: &'static str,
    database: String,
    user: Option<String>,
    password: Option<Secret>,
    hosts: Vec<Host>,
    port: Option<u16>,
    options: Vec<(String, String)>,
    pool: PoolOptions,
}

impl ServerOptions {
    pub(super) fn new(scheme: &'static str, database: String) -> Self {
        Self {
            scheme,
            database,
            user: None,
            password: None,
            hosts: Vec::new(),
            port: None,
            options: Vec::new(),
            pool: PoolOptions::new(),
        }
    }

    /// Who connects.
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// With this password, which is shown nowhere.
    pub fn password(mut self, password: impl Into<Secret>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Where the server is: a name or an IP address. Said again, it is one more server, tried after the ones before.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(Host { name: Some(host.into()), port: None });
        self
    }

    /// Where a server is, at a port of its own. Said again, it is one more server.
    pub fn host_at(mut self, host: impl Into<String>, port: u16) -> Self {
        self.hosts.push(Host { name: Some(host.into()), port: Some(port) });
        self
    }

    /// The port of the servers that have none of their own. By default that of the database system.
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// A Unix socket: of PostgreSQL its folder, of MySQL and MariaDB itself. An absolute path.
    pub fn socket(self, path: impl AsRef<Path>) -> Self {
        let path = path.as_ref().to_string_lossy().into_owned();
        self.host(path)
    }

    /// Which of several servers is wanted.
    pub fn target_session(self, target: TargetSession) -> Self {
        self.option("target_session_attrs", target.name())
    }

    /// Tries several servers in any order, to spread the load, not in the order in which they were said.
    pub fn shuffle_hosts(self) -> Self {
        self.option("load_balance_hosts", "random")
    }

    /// How the connection is secured.
    pub fn tls(self, mode: TlsMode) -> Self {
        self.option("sslmode", mode.name())
    }

    /// A file with certificates of authorities that are trusted besides those that everybody trusts, in PEM form.
    pub fn tls_root(self, file: impl AsRef<Path>) -> Self {
        self.option("sslrootcert", file.as_ref().display())
    }

    /// Shows the server a certificate of our own: the files of it and of its key, in PEM form.
    pub fn tls_client(self, certificate: impl AsRef<Path>, key: impl AsRef<Path>) -> Self {
        self.option("sslcert", certificate.as_ref().display()).option("sslkey", key.as_ref().display())
    }

    /// An option as in the query of a URL. Said again, the last one counts.
    pub fn option(mut self, key: impl Into<String>, value: impl fmt::Display) -> Self {
        set(&mut self.options, key.into(), value.to_string());
        self
    }

    /// With these options of the pool.
    pub fn pool(mut self, options: PoolOptions) -> Self {
        self.pool = options;
        self
    }

    /// What a URL would say.
    pub(super) fn url(&self) -> Result<DatabaseUrl> {
        let mut hosts = self.hosts.clone();
        if hosts.is_empty() && self.port.is_some() {
            hosts.push(Host::default());
        }
        for host in &mut hosts {
            host.port = host.port.or(self.port);
        }
        let address = Address {
            user: self.user.clone(),
            password: self.password.as_ref().map(|password| password.expose().to_owned()),
            hosts,
            database: self.database.clone(),
        };
        DatabaseUrl::server(self.scheme, address)?.with_params(self.options.clone())
    }
}

impl From<ServerOptions> for DatabaseOptions {
    fn from(options: ServerOptions) -> Self {
        let pool = options.pool.clone();
        Self::new(Source::Server(options), pool)
    }
}

impl fmt::Debug for ServerOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options: Vec<_> = self.options.iter().map(|(name, _)| name).collect();
        f.debug_struct("ServerOptions")
            .field("scheme", &self.scheme)
            .field("database", &self.database)
            .field("user", &self.user)
            .field("password", &self.password)
            .field("hosts", &self.hosts)
            .field("port", &self.port)
            .field("options", &options)
            .field("pool", &self.pool)
            .finish()
    }
}
