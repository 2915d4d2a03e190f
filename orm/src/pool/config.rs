//! From the URL of a database to a way to connect and a way to pool.

use crate::driver::{ConnectOptions, DatabaseUrl};
use crate::error::{Error, ErrorKind, Result};

use super::PoolOptions;
use super::options::URL_KEYS;

/// A URL understood.
#[derive(Debug)]
pub(crate) struct Config {
    /// How to connect.
    pub(crate) connect: ConnectOptions,
    /// What the URL says about the pool. What the program says itself goes before: `mine.or(config.pool)`.
    pub(crate) pool: PoolOptions,
    /// The URL as it may be shown, without password and options.
    pub(crate) url: String,
}

impl Config {
    /// Understands a URL.
    ///
    /// # Errors
    ///
    /// `Config`, `UnsupportedScheme` or `Unsupported`, with the reason and never with a password.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        Self::new(&DatabaseUrl::parse(url)?, &[])
    }

    /// Understands the parts of a URL, and pragmas for every connection to SQLite.
    ///
    /// # Errors
    ///
    /// As for [`Config::parse`].
    pub(crate) fn new(url: &DatabaseUrl, pragmas: &[(String, String)]) -> Result<Self> {
        let mut pool = PoolOptions::new();
        let mut rest = Vec::new();
        for (key, value) in url.params() {
            if key == "timeout" && url.is_sqlite() {
                let reason = "`timeout` in the URL may mean two things: write `busy_timeout`, in milliseconds, for locks \
                              of the file, or `acquire_timeout`, in seconds, for a free connection";
                return Err(Error::new(ErrorKind::Config { reason: reason.to_owned() }));
            }
            if !pool.set(key, value)? {
                rest.push((key.as_str(), value.as_str()));
            }
        }
        let connect = ConnectOptions::from_url(url, &rest, URL_KEYS)?;
        #[cfg(feature = "sqlite")]
        let connect = connect.with_pragmas(pragmas.to_vec());
        #[cfg(not(feature = "sqlite"))]
        let _ = pragmas;
        Ok(Self { connect, pool, url: url.to_string() })
    }
}

/// The names of the options of a pool, as URLs and settings write them.
pub(crate) fn option_names() -> &'static [&'static str] {
    URL_KEYS
}

/// Sets one of them from text.
///
/// # Errors
///
/// `Config` that names the option, never the value.
pub(crate) fn set_option(options: &mut PoolOptions, name: &str, value: &str) -> Result<()> {
    if options.set(name, value)? {
        options.is_of_the_program();
        return Ok(());
    }
    Err(Error::new(ErrorKind::Config { reason: format!("`{name}` is no option of a pool") }))
}
