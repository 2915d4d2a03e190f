//! The place behind or before a row, as a text for the client.
//!
//! What is in it: a version, the direction, the values of the row in each part of the order, and a keyed hash (HMAC, RFC
//! 2104, with SHA-256, cut to 16 bytes) of all of that together with a description of the query's order. So a text that was
//! changed, made up, or made by another query is refused.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, TimeDelta, Timelike as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::error::{Error, ErrorKind, Result};
use crate::types::{Type, Value};

const VERSION: u8 = 1;
/// Of the hash, so many bytes are sent.
const TAG: usize = 16;
/// No cursor is longer, in bytes.
const LONGEST: usize = 12 * 1024;

static SECRET: OnceLock<Vec<u8>> = OnceLock::new();

/// Sets the secret that page cursors are sealed with: the same in every process that is to read them.
///
/// Without it each process makes a secret of its own at its first cursor: cursors are then refused by others, and after a
/// restart. At least 16 bytes, which nobody can guess.
///
/// # Errors
///
/// [`ErrorKind::Config`] for a secret that is too short, and if another one is set, or was made, already.
///
/// # Examples
///
/// ```
/// # fn main() -> orm::Result<()> {
/// orm::set_page_secret(b"at least sixteen bytes, from the settings")?;
/// # Ok(())
/// # }
/// ```
pub fn set_page_secret(secret: &[u8]) -> Result<()> {
    if secret.len() < 16 {
        return Err(config("the secret of page cursors has less than 16 bytes"));
    }
    if SECRET.get_or_init(|| secret.to_vec()) == secret {
        return Ok(());
    }
    Err(config("page cursors have a secret already: set it once, before the first of them"))
}

fn secret() -> Result<&'static [u8]> {
    if let Some(secret) = SECRET.get() {
        return Ok(secret);
    }
    let mut made = vec![0; 32];
    getrandom::fill(&mut made).map_err(|_| config("the system has no random numbers for a secret"))?;
    Ok(SECRET.get_or_init(|| made))
}

#[cold]
fn config(reason: &str) -> Error {
    Error::new(ErrorKind::Config { reason: reason.to_owned() })
}

/// A place in the order of a query: what [`CursorPage`](super::CursorPage) gives, and
/// [`cursor_page`](crate::QuerySet::cursor_page) goes on from.
///
/// A text for the client, by `to_string` and `parse`: 22 characters and what the row's values in the order take. The values
/// can be read from it, and not be changed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PageCursor(Vec<u8>);

/// Which way a page lies from a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Behind,
    Before,
}

impl PageCursor {
    /// The place of a row, in an order that is described so.
    pub(super) fn seal(way: Way, row: &[Value], order: &str) -> Result<Self> {
        let mut bytes = vec![VERSION, u8::from(way == Way::Before)];
        for value in row {
            write(value, &mut bytes)?;
        }
        let tag = tag(&bytes, order)?;
        bytes.extend_from_slice(&tag);
        if bytes.len() > LONGEST {
            let reason = "the values of the order are too long for a page cursor: order by something shorter"
                .to_owned();
            return Err(Error::new(ErrorKind::InvalidQuery { reason }));
        }
        Ok(Self(bytes))
    }

    /// The way, and the values of the row, which are of these types.
    pub(super) fn open(&self, types: &[Type], order: &str) -> Result<(Way, Vec<Value>)> {
        let Some(at) = self.0.len().checked_sub(TAG) else { return Err(invalid(FORM)) };
        let (bytes, sent) = self.0.split_at(at);
        let mut mac = keyed()?;
        feed(&mut mac, bytes, order);
        mac.verify_truncated_left(sent).map_err(|_| invalid(SEAL))?;
        let mut rest = Reader(bytes);
        // From here on it is one of ours, so that what is wrong is that the types have changed.
        let (version, way) = (rest.byte()?, rest.byte()?);
        if version != VERSION {
            return Err(invalid(FORM));
        }
        let row = types.iter().map(|ty| read(*ty, &mut rest)).collect::<Result<_>>()?;
        if !rest.0.is_empty() {
            return Err(invalid(FORM));
        }
        Ok((if way == 0 { Way::Behind } else { Way::Before }, row))
    }
}

const FORM: &str = "it is none";
const SEAL: &str = "it was changed, or made for another query, order or secret";

#[cold]
fn invalid(reason: &'static str) -> Error {
    Error::new(ErrorKind::InvalidCursor { reason })
}

fn keyed() -> Result<Hmac<Sha256>> {
    // A key of any length will do.
    Hmac::new_from_slice(secret()?).map_err(|_| config("the secret of page cursors"))
}

fn feed(mac: &mut Hmac<Sha256>, bytes: &[u8], order: &str) {
    mac.update(&u64::try_from(order.len()).unwrap_or(u64::MAX).to_le_bytes());
    mac.update(order.as_bytes());
    mac.update(bytes);
}

fn tag(bytes: &[u8], order: &str) -> Result<Vec<u8>> {
    let mut mac = keyed()?;
    feed(&mut mac, bytes, order);
    Ok(mac.finalize().into_bytes().iter().take(TAG).copied().collect())
}

impl fmt::Display for PageCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl fmt::Debug for PageCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PageCursor({self})")
    }
}

/// From the text that was given to the client.
///
/// # Errors
///
/// [`ErrorKind::InvalidCursor`] for a text that cannot be one. Whether it is one of ours is seen when it is used.
impl FromStr for PageCursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        // Four characters hold three bytes.
        if text.len() > LONGEST / 3 * 4 + 4 {
            return Err(invalid(FORM));
        }
        URL_SAFE_NO_PAD.decode(text).map(Self).map_err(|_| invalid(FORM))
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for PageCursor {
    fn serialize<S: serde::Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for PageCursor {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Whether values of the type can be in a cursor.
pub(super) const fn is_kept(ty: Type) -> bool {
    !matches!(ty, Type::Json | Type::Array(_) | Type::Hstore)
}

/// A zero for NULL, else a one and the value.
fn write(value: &Value, to: &mut Vec<u8>) -> Result<()> {
    if value.is_null() {
        to.push(0);
        return Ok(());
    }
    to.push(1);
    match value {
        Value::Bool(value) => to.push(u8::from(*value)),
        Value::Int(value) => to.extend(value.to_le_bytes()),
        Value::UInt(value) => to.extend(value.to_le_bytes()),
        Value::Float(value) => to.extend(value.to_bits().to_le_bytes()),
        Value::Double(value) => to.extend(value.to_bits().to_le_bytes()),
        Value::Text(value) => write_bytes(value.as_bytes(), to),
        Value::Bytes(value) => write_bytes(value, to),
        Value::Date(value) => to.extend(value.num_days_from_ce().to_le_bytes()),
        Value::Time(value) => write_time(*value, to),
        Value::DateTime(value) => {
            to.extend(value.date().num_days_from_ce().to_le_bytes());
            write_time(value.time(), to);
        }
        Value::Timestamp(value) => to.extend(value.timestamp_micros().to_le_bytes()),
        #[cfg(feature = "uuid")]
        Value::Uuid(value) => to.extend(value.as_bytes()),
        #[cfg(feature = "decimal")]
        Value::Decimal(value) => to.extend(value.serialize()),
        Value::Duration(value) => {
            to.extend(value.num_microseconds().ok_or_else(|| invalid(FORM))?.to_le_bytes());
        }
        // By name: places change when variants come in between.
        Value::Enum(def, at) => write_bytes(def.variants.get(*at).map_or("", |is| is.name).as_bytes(), to),
        _ => return Err(invalid(FORM)),
    }
    Ok(())
}

fn write_bytes(bytes: &[u8], to: &mut Vec<u8>) {
    to.extend(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_le_bytes());
    to.extend(bytes);
}

fn write_time(time: NaiveTime, to: &mut Vec<u8>) {
    to.extend(time.num_seconds_from_midnight().to_le_bytes());
    to.extend(time.nanosecond().to_le_bytes());
}

/// What is left to read.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or_else(|| invalid(FORM))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| invalid(FORM))
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    fn bytes(&mut self) -> Result<&'b [u8]> {
        let length = usize::try_from(u64::from_le_bytes(self.array()?)).map_err(|_| invalid(FORM))?;
        self.take(length)
    }

    fn text(&mut self) -> Result<&'b str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| invalid(FORM))
    }

    fn date(&mut self) -> Result<NaiveDate> {
        let days = i32::from_le_bytes(self.array()?);
        NaiveDate::from_num_days_from_ce_opt(days).ok_or_else(|| invalid(FORM))
    }

    fn time(&mut self) -> Result<NaiveTime> {
        let (seconds, nanos) = (u32::from_le_bytes(self.array()?), u32::from_le_bytes(self.array()?));
        NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos).ok_or_else(|| invalid(FORM))
    }
}

fn read(ty: Type, from: &mut Reader<'_>) -> Result<Value> {
    if from.byte()? == 0 {
        return Ok(Value::Null(ty));
    }
    Ok(match ty {
        Type::Bool => Value::Bool(from.byte()? != 0),
        Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::U8 | Type::U16 | Type::U32 => {
            Value::Int(i64::from_le_bytes(from.array()?))
        }
        Type::U64 => Value::UInt(u64::from_le_bytes(from.array()?)),
        Type::F32 => Value::Float(f32::from_bits(u32::from_le_bytes(from.array()?))),
        Type::F64 => Value::Double(f64::from_bits(u64::from_le_bytes(from.array()?))),
        Type::Text => Value::Text(from.text()?.to_owned()),
        Type::Bytes => Value::Bytes(from.bytes()?.to_vec()),
        Type::Date => Value::Date(from.date()?),
        Type::Time => Value::Time(from.time()?),
        Type::DateTime => Value::DateTime(from.date()?.and_time(from.time()?)),
        Type::Timestamp => {
            let micros = i64::from_le_bytes(from.array()?);
            Value::Timestamp(DateTime::from_timestamp_micros(micros).ok_or_else(|| invalid(FORM))?)
        }
        #[cfg(feature = "uuid")]
        Type::Uuid => Value::Uuid(uuid::Uuid::from_bytes(from.array()?)),
        #[cfg(feature = "decimal")]
        Type::Decimal => Value::Decimal(rust_decimal::Decimal::deserialize(from.array()?)),
        Type::Duration => Value::Duration(TimeDelta::microseconds(i64::from_le_bytes(from.array()?))),
        Type::Enum(def) => {
            let name = from.text()?;
            let at = def.variants.iter().position(|is| is.name == name);
            Value::Enum(def, at.ok_or_else(|| invalid("a variant that it names is gone"))?)
        }
        _ => return Err(invalid(FORM)),
    })
}
