//! Reading neutral values, by neutral types.

use super::{ArrayDef, Type, Value};
use crate::driver::Cursor;
use crate::error::Result;

impl Value {
    /// Reads the next column, as the value that a field of this type gives; `None` for NULL.
    pub(crate) fn read(row: &mut Cursor<'_>, ty: Type) -> Result<Option<Self>> {
        Ok(match ty {
            Type::Bool => row.bool()?.map(Value::Bool),
            Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::U8 | Type::U16 | Type::U32 => {
                row.i64()?.map(Value::Int)
            }
            Type::U64 => row.u64()?.map(Value::UInt),
            Type::F32 => row.f32()?.map(Value::Float),
            Type::F64 => row.f64()?.map(Value::Double),
            Type::Text => row.text()?.map(Value::Text),
            Type::Bytes => row.bytes()?.map(Value::Bytes),
            Type::Date => row.date()?.map(Value::Date),
            Type::Time => row.time()?.map(Value::Time),
            Type::DateTime => row.datetime()?.map(Value::DateTime),
            Type::Timestamp => row.timestamp()?.map(Value::Timestamp),
            #[cfg(feature = "uuid")]
            Type::Uuid => row.uuid()?.map(Value::Uuid),
            #[cfg(feature = "decimal")]
            Type::Decimal => row.decimal()?.map(Value::Decimal),
            #[cfg(feature = "json")]
            Type::Json => row.json()?.map(Value::Json),
            Type::Duration => row.duration()?.map(Value::Duration),
            Type::Enum(def) => row.variant(def)?.map(|variant| Value::Enum(def, variant)),
            Type::Array(def) => {
                row.array(|element| read_element(element, def))?.map(|all| Value::Array(def, all))
            }
            Type::Hstore => row.hstore()?.map(Value::Hstore),
            #[cfg(not(all(feature = "uuid", feature = "decimal", feature = "json")))]
            _ => return Err(row.mismatch("Value", "a type that this build has left out")),
        })
    }
}

fn read_element(row: &mut Cursor<'_>, def: &'static ArrayDef) -> Result<Value> {
    Ok(Value::read(row, def.element)?.unwrap_or(Value::Null(def.element)))
}
