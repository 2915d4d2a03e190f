//! The protocol of MySQL and MariaDB: greeting, login with an empty password, statements without a result.

use std::io::Write;
use std::net::TcpStream;

use anyhow::{Result, bail};

use super::reader::Reader;
use super::{MESSAGE_LIMIT, read};

/// Long passwords, protocol 4.1, transactions, 4.1 authentication, named authentication plugins.
const CAPABILITIES: u32 = 0x1 | 0x200 | 0x2000 | 0x8000 | 0x8_0000;
/// `utf8mb4_general_ci`, which both servers know.
const CHARACTER_SET: u8 = 45;

/// What a server says first.
pub(crate) struct Greeting {
    wire: Wire,
    version: String,
}

/// A session that is ready for statements.
pub(crate) struct Client {
    wire: Wire,
    version: String,
}

impl Greeting {
    /// Waits for the greeting.
    pub(crate) fn read(stream: TcpStream) -> Result<Self> {
        let mut wire = Wire { stream, sequence: 0 };
        let packet = wire.receive()?;
        let version = version(&packet)?;
        Ok(Self { wire, version })
    }

    /// The version as the server names itself.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    pub(crate) fn is_mariadb(&self) -> bool {
        self.version.to_ascii_lowercase().contains("mariadb")
    }

    /// Logs in with an empty password.
    pub(crate) fn login(mut self, user: &str) -> Result<Client> {
        // An empty password is an empty answer for every plugin, so the server's random data is of no use here.
        let plugin = if self.is_mariadb() { "mysql_native_password" } else { "caching_sha2_password" };
        let mut packet = CAPABILITIES.to_le_bytes().to_vec();
        packet.extend_from_slice(&(1_u32 << 24).to_le_bytes());
        packet.push(CHARACTER_SET);
        packet.extend_from_slice(&[0; 23]);
        packet.extend_from_slice(user.as_bytes());
        packet.extend_from_slice(&[0, 0]);
        packet.extend_from_slice(plugin.as_bytes());
        packet.push(0);
        self.wire.send(&packet)?;
        let mut answer = self.wire.receive()?;
        if answer.first() == Some(&0xfe) {
            self.wire.send(&[])?;
            answer = self.wire.receive()?;
        }
        match answer.first() {
            Some(0) => Ok(Client { wire: self.wire, version: self.version }),
            Some(0xff) => bail!("{}", error_text(&answer)?),
            _ => bail!("the server asks `{user}` for a password"),
        }
    }
}

impl Client {
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Runs one statement that returns no rows.
    pub(crate) fn execute(&mut self, sql: &str) -> Result<()> {
        self.wire.sequence = 0;
        self.wire.send(&[&[3], sql.as_bytes()].concat())?;
        let answer = self.wire.receive()?;
        match answer.first() {
            Some(0) => Ok(()),
            Some(0xff) => bail!("{}", error_text(&answer)?),
            _ => bail!("the statement returned rows"),
        }
    }
}

/// Packets with their running number.
struct Wire {
    stream: TcpStream,
    sequence: u8,
}

impl Wire {
    fn send(&mut self, payload: &[u8]) -> Result<()> {
        let [a, b, c, _] = u32::try_from(payload.len())?.to_le_bytes();
        self.stream.write_all(&[&[a, b, c, self.sequence], payload].concat())?;
        self.sequence = self.sequence.wrapping_add(1);
        Ok(())
    }

    fn receive(&mut self) -> Result<Vec<u8>> {
        let mut head = [0; 4];
        read(&mut self.stream, &mut head)?;
        let [a, b, c, sequence] = head;
        let length = usize::try_from(u32::from_le_bytes([a, b, c, 0]))?;
        if length > MESSAGE_LIMIT {
            bail!("what answers there is neither MySQL nor MariaDB");
        }
        self.sequence = sequence.wrapping_add(1);
        let mut payload = vec![0; length];
        read(&mut self.stream, &mut payload)?;
        Ok(payload)
    }
}

/// The version in a greeting. MariaDB puts `5.5.5-` before its own, for the sake of old replicas.
fn version(packet: &[u8]) -> Result<String> {
    let mut reader = Reader::new(packet);
    match reader.u8()? {
        10 => {}
        0xff => bail!("{}", error_text(packet)?),
        _ => bail!("what answers there is neither MySQL nor MariaDB"),
    }
    let version = reader.text();
    Ok(version.strip_prefix("5.5.5-").unwrap_or(&version).to_owned())
}

/// The text of an error packet: after the mark and the code comes, once logged in, `#` and an SQLSTATE.
fn error_text(packet: &[u8]) -> Result<String> {
    let mut reader = Reader::new(packet);
    reader.bytes(3)?;
    let text = reader.text();
    let text = if text.starts_with('#') { text.get(6..).unwrap_or_default() } else { &text };
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{error_text, version};

    #[test]
    fn the_version_is_read_from_a_greeting() -> anyhow::Result<()> {
        assert_eq!(version(b"\x0a5.5.5-10.11.19-MariaDB\0\x01\0\0\0")?, "10.11.19-MariaDB");
        assert_eq!(version(b"\x0a9.7.4-2\0\x01\0\0\0")?, "9.7.4-2");
        assert!(version(b"\x09").is_err());
        let refused = version(b"\xff\x10\x04Too many connections");
        assert_eq!(refused.err().map(|error| error.to_string()).as_deref(), Some("Too many connections"));
        Ok(())
    }

    #[test]
    fn the_sqlstate_of_an_error_is_left_out() -> anyhow::Result<()> {
        assert_eq!(error_text(b"\xff\x15\x04#28000Access denied")?, "Access denied");
        Ok(())
    }
}
