//! What a text depends on of a value, and how many placeholders a list takes.

use super::{NONE, Walk, invalid};
use crate::driver::Backend;
use crate::error::Result;
use crate::types::{Type, Value};

/// Above this, lists are padded to multiples of it.
const STEP: usize = 4096;
/// What other parts of the statement may need.
const ROOM: usize = 512;

/// How many elements a list of `len` is given: padded, so that lists of many lengths share few texts. Each element
/// takes `width` placeholders.
///
/// The next power of two, above 4096 the next multiple of it, unless that would not fit the backend any more.
pub(crate) fn padded(len: usize, width: usize, backend: Backend) -> usize {
    let padded = if len <= STEP { len.next_power_of_two() } else { len.next_multiple_of(STEP) };
    let fits = padded.saturating_mul(width).saturating_add(ROOM) <= max_arguments(backend);
    if fits { padded } else { len }
}

/// How long a list may be, where there is room for `fit` elements beside `other` arguments: padded, it has to fit as well.
pub(crate) fn most_elements(fit: usize, other: usize) -> usize {
    if other <= ROOM {
        return fit;
    }
    if fit >= STEP { fit / STEP * STEP } else { fit.checked_ilog2().map_or(0, |log| 1 << log) }
}

/// The most arguments that a statement may have.
pub(crate) const fn max_arguments(backend: Backend) -> usize {
    match backend {
        Backend::Sqlite => 32_766,
        Backend::Postgres | Backend::MySql | Backend::MariaDb => 65_535,
    }
}

/// Digits behind the point that a decimal, or the longest of a list or tuple of them, really has.
pub(crate) fn digits(value: &Value) -> u8 {
    match value {
        #[cfg(feature = "decimal")]
        Value::Decimal(value) => u8::try_from(value.normalize().scale()).unwrap_or(u8::MAX),
        Value::List(_, items) => items.iter().map(digits).max().unwrap_or(0),
        _ => 0,
    }
}

impl<'p> Walk<'p> {
    pub(super) fn value(&mut self, value: &'p Value) -> Result<()> {
        self.values.push(value);
        if let Value::List(_, items) = value
            && let Some(Value::Tuple(first)) = items.first()
        {
            let width = first.len();
            if !items.iter().all(|item| matches!(item, Value::Tuple(parts) if parts.len() == width)) {
                return Err(invalid("a list of keys that do not have the same number of parts".into()));
            }
        }
        self.class(value);
        Ok(())
    }

    /// What a text may depend on: the type, whether it is NULL, and how long.
    fn class(&mut self, value: &Value) {
        match value {
            Value::Null(ty) => {
                self.tag(0);
                self.ty(*ty);
            }
            Value::Bool(_) => self.tag(1),
            Value::Int(_) => self.tag(2),
            Value::UInt(_) => self.tag(3),
            Value::Float(_) => self.tag(4),
            Value::Double(_) => self.tag(5),
            Value::Text(_) => self.tag(6),
            Value::Bytes(_) => self.tag(7),
            Value::Date(_) => self.tag(8),
            Value::Time(_) => self.tag(9),
            Value::DateTime(_) => self.tag(10),
            Value::Timestamp(_) => self.tag(11),
            #[cfg(feature = "uuid")]
            Value::Uuid(_) => self.tag(12),
            #[cfg(feature = "decimal")]
            Value::Decimal(_) => {
                self.tag(13);
                self.digits(value);
            }
            #[cfg(feature = "json")]
            Value::Json(_) => self.tag(14),
            Value::Duration(_) => self.tag(18),
            Value::Refused(ty, _) => {
                self.tag(19);
                self.ty(*ty);
            }
            Value::Enum(def, _) => {
                self.tag(17);
                self.address(*def);
            }
            Value::Array(def, _) => {
                self.tag(50);
                self.ty(Type::Array(def));
            }
            Value::Hstore(_) => self.tag(51),
            Value::List(ty, items) => {
                self.tag(15);
                self.ty(*ty);
                match items.first() {
                    // One array, however long.
                    Some(first)
                        if self.backend == Backend::Postgres
                            && !matches!(first, Value::Tuple(_) | Value::Array(..)) =>
                    {
                        self.tag(NONE);
                    }
                    Some(Value::Tuple(parts)) => {
                        self.count(padded(items.len(), parts.len(), self.backend));
                        self.count(parts.len());
                    }
                    Some(_) => self.count(padded(items.len(), 1, self.backend)),
                    None => self.count(0),
                }
                if *ty == Type::Decimal {
                    self.digits(value);
                }
            }
            Value::Tuple(parts) => {
                self.tag(16);
                self.count(parts.len());
                for part in parts {
                    self.class(part);
                }
            }
        }
    }

    pub(super) fn ty(&mut self, ty: Type) {
        self.tag(type_code(ty));
        match ty {
            Type::Enum(def) => self.address(def),
            Type::Array(def) => {
                self.flag(def.nullable);
                self.ty(def.element);
            }
            _ => {}
        }
    }

    /// SQLite keeps decimals as scaled integers: by how much depends on the digits of the values too.
    fn digits(&mut self, value: &Value) {
        if self.backend == Backend::Sqlite {
            self.tag(digits(value));
        }
    }
}

const fn type_code(ty: Type) -> u8 {
    match ty {
        Type::Bool => 1,
        Type::I8 => 2,
        Type::I16 => 3,
        Type::I32 => 4,
        Type::I64 => 5,
        Type::U8 => 6,
        Type::U16 => 7,
        Type::U32 => 8,
        Type::U64 => 9,
        Type::F32 => 10,
        Type::F64 => 11,
        Type::Text => 12,
        Type::Bytes => 13,
        Type::Date => 14,
        Type::Time => 15,
        Type::DateTime => 16,
        Type::Timestamp => 17,
        Type::Uuid => 18,
        Type::Decimal => 19,
        Type::Json => 20,
        Type::Enum(_) => 21,
        Type::Duration => 22,
        Type::Array(_) => 23,
        Type::Hstore => 24,
    }
}
