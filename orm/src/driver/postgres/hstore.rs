//! The type `hstore`, of an extension that may be in any schema.
//!
//! Its binary format: `count: i32`, then for each entry the key and the value, each behind its length, a value that is
//! NULL with the length -1. Described in the server's `contrib/hstore/hstore_io.c` (`hstore_send`).
//!
//! The type has another number in every database, so values are sent without one: the server takes them for what stands
//! beside them. Operators have to be named with the schema, which a text leaves open and a connection fills in.

use std::collections::BTreeMap;
use std::sync::Arc;

use sqlx::{AssertSqlSafe, Executor as _, PgConnection, Row as _};

use super::error::from_sqlx;
use crate::driver::fault::Phase;
use crate::driver::{Backend, HSTORE_SCHEMA, Mismatch, check};
use crate::error::{Error, ErrorKind, Result};

type Map = BTreeMap<String, Option<String>>;

/// Writes a map.
pub(super) fn write(out: &mut Vec<u8>, map: &Map) -> Result<()> {
    out.extend_from_slice(&length(map.len())?.to_be_bytes());
    for (key, value) in map {
        text(out, key)?;
        match value {
            Some(value) => text(out, value)?,
            None => out.extend_from_slice(&(-1_i32).to_be_bytes()),
        }
    }
    Ok(())
}

fn text(out: &mut Vec<u8>, text: &str) -> Result<()> {
    let text = check::text(text)?;
    out.extend_from_slice(&length(text.len())?.to_be_bytes());
    out.extend_from_slice(text.as_bytes());
    Ok(())
}

fn length(of: usize) -> Result<i32> {
    i32::try_from(of).map_err(|_| check::invalid_value("a value is larger than 2 GiB"))
}

/// Reads a map.
pub(super) fn read(bytes: &[u8]) -> Result<Map, Mismatch> {
    let mut rest = bytes;
    let count = i32::from_be_bytes(*take(&mut rest)?);
    let mut map = BTreeMap::new();
    for _ in 0..count {
        let key = read_text(&mut rest)?.ok_or_else(malformed)?;
        let value = read_text(&mut rest)?;
        map.insert(key, value);
    }
    if rest.is_empty() { Ok(map) } else { Err(malformed()) }
}

fn read_text(rest: &mut &[u8]) -> Result<Option<String>, Mismatch> {
    let length = i32::from_be_bytes(*take(rest)?);
    if length == -1 {
        return Ok(None);
    }
    let length = usize::try_from(length).map_err(|_| malformed())?;
    let (text, behind) = rest.split_at_checked(length).ok_or_else(malformed)?;
    *rest = behind;
    match str::from_utf8(text) {
        Ok(text) => Ok(Some(text.to_owned())),
        Err(_) => Err("text that is not UTF-8".into()),
    }
}

fn take<'a>(from: &mut &'a [u8]) -> Result<&'a [u8; 4], Mismatch> {
    let (taken, rest) = from.split_first_chunk().ok_or_else(malformed)?;
    *from = rest;
    Ok(taken)
}

#[cold]
fn malformed() -> Mismatch {
    "a malformed hstore".into()
}

/// Whether the text leaves the schema open.
pub(super) fn is_open(sql: &str) -> bool {
    sql.contains(HSTORE_SCHEMA)
}

/// The text with the schema in it.
pub(super) fn filled(sql: &str, schema: &str) -> Arc<str> {
    sql.replace(HSTORE_SCHEMA, schema).into()
}

/// The schema that the extension is in, between quotes.
///
/// # Errors
///
/// `Unsupported` where the database does not have it.
pub(super) async fn schema(connection: &mut PgConnection) -> Result<Box<str>> {
    const QUERY: &str = "SELECT quote_ident(n.nspname) FROM pg_catalog.pg_extension e \
        JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'hstore'";

    let row = connection.fetch_optional(sqlx::raw_sql(AssertSqlSafe(QUERY))).await;
    let row = row.map_err(|error| from_sqlx(&error, Phase::Run))?;
    row.and_then(|row| row.try_get::<String, _>(0).ok()).map(Into::into).ok_or_else(|| {
        Error::new(ErrorKind::Unsupported {
            feature: "extension `hstore` in this database: run `CREATE EXTENSION hstore`",
            backend: Backend::Postgres.name(),
        })
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_map_is_refused() {
        let mut whole = Vec::new();
        write(&mut whole, &[("key".to_owned(), Some("value".to_owned())), ("none".to_owned(), None)].into())
            .expect("written");
        assert_eq!(read(&whole).expect("a map").len(), 2);
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_err(), "{end}");
        }
        assert!(read(&[whole, vec![0]].concat()).is_err());
        assert!(write(&mut Vec::new(), &[("a\0".to_owned(), None)].into()).is_err());
        assert!(write(&mut Vec::new(), &[("a".to_owned(), Some("\0".to_owned()))].into()).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = read(&bytes);
        }
    }
}
