//! Small hand-written clients: enough of each protocol to know who answers, log in without a password and run
//! statements that return nothing. xtask compiles no database driver for it, and needs no installed client.

use std::io::{ErrorKind, Read};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::Backend;
use super::url::Address;

mod mysql;
mod postgres;
mod reader;

/// How long a server may take to accept a connection.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
/// How long a server may take over one answer; creating a database is the longest.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
/// No message that we ask for comes near this size: a larger one means some other protocol.
const MESSAGE_LIMIT: usize = 1 << 20;

/// A session which is logged in.
pub(crate) enum Client {
    Postgres(postgres::Client),
    Mysql(mysql::Client),
}

impl Client {
    /// Logs in without a password.
    ///
    /// # Errors
    /// Nobody listens, something else does, or the server wants a password.
    pub(crate) fn login(
        backend: Backend,
        address: &Address,
        user: &str,
        database: Option<&str>,
    ) -> Result<Self> {
        match backend {
            Backend::Postgres => {
                let database = database.unwrap_or(user);
                Ok(Self::Postgres(postgres::Client::login(connect(address)?, user, database)?))
            }
            Backend::Mariadb | Backend::Mysql => {
                let greeting = mysql::Greeting::read(connect(address)?)?;
                check_flavour(backend, &greeting)?;
                Ok(Self::Mysql(greeting.login(user)?))
            }
        }
    }

    /// What the server calls its version, without the distribution's additions.
    pub(crate) fn version(&self) -> String {
        short(match self {
            Self::Postgres(client) => client.version(),
            Self::Mysql(client) => client.version(),
        })
    }

    /// Runs a statement and returns how many rows came back; on MySQL and MariaDB it must return none.
    pub(crate) fn execute(&mut self, sql: &str) -> Result<usize> {
        match self {
            Self::Postgres(client) => client.query(sql),
            Self::Mysql(client) => client.execute(sql).map(|()| 0),
        }
        .with_context(|| format!("`{}` failed", sql.split_whitespace().take(3).collect::<Vec<_>>().join(" ")))
    }
}

/// Checks that a server of this kind answers, without logging in, and returns its version where it tells.
pub(crate) fn greet(backend: Backend, address: &Address, user: &str) -> Result<Option<String>> {
    let stream = connect(address)?;
    match backend {
        Backend::Postgres => postgres::greet(stream, user).map(|()| None),
        Backend::Mariadb | Backend::Mysql => {
            let greeting = mysql::Greeting::read(stream)?;
            check_flavour(backend, &greeting)?;
            Ok(Some(short(greeting.version())))
        }
    }
}

fn check_flavour(backend: Backend, greeting: &mysql::Greeting) -> Result<()> {
    if greeting.is_mariadb() == (backend == Backend::Mariadb) {
        return Ok(());
    }
    let is = if greeting.is_mariadb() { "MariaDB" } else { "MySQL" };
    bail!("{is} {} answers there", short(greeting.version()))
}

fn connect(address: &Address) -> Result<TcpStream> {
    let mut last = None;
    let resolved = (address.host.as_str(), address.port).to_socket_addrs();
    for socket in resolved.with_context(|| format!("cannot resolve `{}`", address.host))? {
        match TcpStream::connect_timeout(&socket, CONNECT_LIMIT) {
            Ok(stream) => {
                stream.set_read_timeout(Some(ANSWER_LIMIT))?;
                stream.set_write_timeout(Some(ANSWER_LIMIT))?;
                return Ok(stream);
            }
            Err(error) => last = Some(error),
        }
    }
    match last {
        Some(error) => Err(error).with_context(|| format!("cannot connect to {address}")),
        None => bail!("`{}` has no address", address.host),
    }
}

/// Fills the buffer from a server's answer.
fn read(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<()> {
    let Err(error) = stream.read_exact(buffer) else { return Ok(()) };
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => {
            bail!("something listens there, but says nothing for {} s", ANSWER_LIMIT.as_secs())
        }
        ErrorKind::UnexpectedEof => bail!("something listens there, but closes the connection"),
        _ => Err(error).context("the answer cannot be read"),
    }
}

/// The leading digits and dots of a version.
fn short(version: &str) -> String {
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    version.get(..end).unwrap_or(version).to_owned()
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn versions_are_cut_at_the_first_word() {
        assert_eq!(short("15.20 (Debian 15.20-0+deb12u1)"), "15.20");
        assert_eq!(short("10.11.19-MariaDB-0+deb12u1"), "10.11.19");
        assert_eq!(short("18beta1"), "18");
    }
}
