//! PostgreSQL's protocol 3.0: start-up, trust authentication, simple queries.

use std::io::Write;
use std::net::TcpStream;

use anyhow::{Result, bail};

use super::reader::Reader;
use super::{MESSAGE_LIMIT, read};

/// Protocol version 3.0 as the start-up message states it.
const PROTOCOL: u32 = 3 << 16;

/// A session that is ready for queries.
pub(crate) struct Client {
    stream: TcpStream,
    version: String,
}

impl Client {
    /// Logs in where the server trusts this user.
    pub(crate) fn login(mut stream: TcpStream, user: &str, database: &str) -> Result<Self> {
        if start(&mut stream, user, database)? != 0 {
            bail!("PostgreSQL answers there, but asks `{user}` for a password");
        }
        let mut version = String::new();
        loop {
            let (tag, body) = receive(&mut stream)?;
            match tag {
                b'S' => {
                    let mut reader = Reader::new(&body);
                    if reader.text() == "server_version" {
                        version = reader.text();
                    }
                }
                b'E' => bail!("{}", error_text(&body)?),
                b'Z' => return Ok(Self { stream, version }),
                _ => {}
            }
        }
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Runs one statement and counts the rows of its result.
    pub(crate) fn query(&mut self, sql: &str) -> Result<usize> {
        send(&mut self.stream, Some(b'Q'), &[sql.as_bytes(), &[0]].concat())?;
        let (mut rows, mut error) = (0, None);
        loop {
            let (tag, body) = receive(&mut self.stream)?;
            match tag {
                b'D' => rows += 1,
                b'E' => error = Some(error_text(&body)?),
                b'Z' => break,
                _ => {}
            }
        }
        match error {
            Some(error) => bail!("{error}"),
            None => Ok(rows),
        }
    }
}

/// Checks that PostgreSQL answers a start-up message, be it by asking for a password.
pub(crate) fn greet(mut stream: TcpStream, user: &str) -> Result<()> {
    start(&mut stream, user, "postgres").map(drop)
}

/// Sends the start-up message and returns the authentication asked for; 0 is none.
fn start(stream: &mut TcpStream, user: &str, database: &str) -> Result<u32> {
    let mut message = PROTOCOL.to_be_bytes().to_vec();
    for text in ["user", user, "database", database, "application_name", "xtask", ""] {
        message.extend_from_slice(text.as_bytes());
        message.push(0);
    }
    send(stream, None, &message)?;
    let (tag, body) = receive(stream)?;
    match tag {
        b'R' => Ok(u32::from_be_bytes(Reader::new(&body).array()?)),
        b'E' => bail!("{}", error_text(&body)?),
        _ => bail!("what answers there is not PostgreSQL"),
    }
}

fn send(stream: &mut TcpStream, tag: Option<u8>, body: &[u8]) -> Result<()> {
    let length = u32::try_from(body.len() + 4)?;
    let message = [tag.as_slice(), &length.to_be_bytes(), body].concat();
    Ok(stream.write_all(&message)?)
}

fn receive(stream: &mut TcpStream) -> Result<(u8, Vec<u8>)> {
    let mut head = [0; 5];
    read(stream, &mut head)?;
    let mut reader = Reader::new(&head);
    let tag = reader.u8()?;
    let length = usize::try_from(u32::from_be_bytes(reader.array()?))?;
    if !(4..MESSAGE_LIMIT).contains(&length) {
        bail!("what answers there is not PostgreSQL");
    }
    let mut body = vec![0; length - 4];
    read(stream, &mut body)?;
    Ok((tag, body))
}

/// The human-readable field of an error message.
fn error_text(body: &[u8]) -> Result<String> {
    let mut reader = Reader::new(body);
    while !reader.is_empty() {
        let field = reader.u8()?;
        let text = reader.text();
        if field == b'M' {
            return Ok(text);
        }
    }
    bail!("an error without a text")
}

#[cfg(test)]
mod tests {
    use super::error_text;

    #[test]
    fn the_message_field_of_an_error_is_found() -> anyhow::Result<()> {
        let body = b"SFATAL\0C57P03\0Mthe database system is starting up\0\0";
        assert_eq!(error_text(body)?, "the database system is starting up");
        assert!(error_text(b"SFATAL\0\0").is_err());
        Ok(())
    }
}
