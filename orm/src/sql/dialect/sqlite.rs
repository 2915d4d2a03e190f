//! SQLite: `STRICT` tables, which the stock `sqlite3` client can read and check.

use super::{Column, ColumnSql, Dialect, TRUTH, lacking, one_of, precision};
use crate::driver::Backend;
use crate::error::{Error, ErrorKind, Result};
use crate::types::Type;

pub(super) static DIALECT: Dialect = Dialect {
    backend: Backend::Sqlite,
    quote: '"',
    numbered: false,
    arrays: false,
    rows_are_values: true,
    no_limit: Some("-1"),
    // A limit that is a bare placeholder is planned for its value: each time it is bound, SQLite prepares the
    // statement anew.
    before_limit: "+",
    nulls_largest: false,
    filter_clause: true,
    keys_by_name: false,
    distinct_from: "{x} IS NOT {n}",
    integer_division: "/",
    division_fails: false,
    // No positive number has that absolute value: an error, as soon as it is asked for.
    integer_guard: Some("CASE typeof({x}) WHEN 'real' THEN abs(-9223372036854775807 - 1) ELSE {x} END"),
    double: "REAL",
    scaled_decimals: true,
    collation: None,
    code_point: "BINARY",
    contains: "instr({x}, {n}) > 0",
    // An exact range, for which an index serves: every byte of UTF-8 is smaller than FF.
    starts_with: "{x} >= {n} AND {x} < ({n} || x'FF')",
    starts_with_short: None,
    ends_with: "substr({x}, length({x}) - length({n}) + 1) = {n}",
    matches: "orm_matches({x}, {n})",
    // Functions of our own, which each connection has: those of SQLite know ASCII alone.
    lower: "orm_lower({x})",
    random: "RANDOM",
    upper: "orm_upper({x})",
    too_long: None,
    on_conflict: true,
    hides_written_table: false,
    assigns_in_turn: false,
    forward_references: true,
    generated_not_null: true,
    inline_indexes: false,
    inline_comments: false,
    table_options: " STRICT",
    index_nulls: ["", ""],
    enum_order: None,
    identifier: usize::MAX,
    // Its clock counts milliseconds.
    now: |ty| match ty {
        Type::Date => "strftime('%Y-%m-%d', 'now')",
        Type::Time => "strftime('%H:%M:%f000', 'now')",
        _ => "strftime('%Y-%m-%d %H:%M:%f000', 'now')",
    },
    // Random bytes, one of which begins with a 4, and one with the bits 10.
    random_uuid: "CAST(randomblob(6) || char(64 | (random() & 15)) || randomblob(1) || \
        substr(x'808182838485868788898A8B8C8D8E8F909192939495969798999A9B9C9D9E9F\
        A0A1A2A3A4A5A6A7A8A9AAABACADAEAFB0B1B2B3B4B5B6B7B8B9BABBBCBDBEBF', \
        1 + (random() & 63), 1) || randomblob(7) AS BLOB)",
    column,
};

fn column(column: &Column<'_>) -> Result<ColumnSql> {
    let def = column.def;
    let mut sql = match def.ty {
        Type::Bool => ColumnSql::checked("INTEGER", TRUTH),
        Type::I8 => integer(i8::MIN.into(), i8::MAX.into()),
        Type::I16 => integer(i16::MIN.into(), i16::MAX.into()),
        Type::I32 => integer(i32::MIN.into(), i32::MAX.into()),
        Type::I64 | Type::Duration => ColumnSql::plain("INTEGER"),
        Type::U8 => integer(0, u8::MAX.into()),
        Type::U16 => integer(0, u16::MAX.into()),
        Type::U32 => integer(0, u32::MAX.into()),
        Type::U64 => ColumnSql::checked("INTEGER", "{x} >= 0"),
        // Calculated as double, a number can leave single precision: beyond what still rounds to it, and infinite
        // ones apart.
        Type::F32 => ColumnSql::checked(
            "REAL",
            "abs({x}) NOT BETWEEN 3.4028235677973366e38 AND 1.7976931348623157e308",
        ),
        Type::F64 => ColumnSql::plain("REAL"),
        Type::Text => limited("TEXT", def.max_length),
        Type::Bytes => limited("BLOB", def.max_length),
        Type::Date => ColumnSql::checked("TEXT", "date({x}) IS {x} AND {x} >= '0001'"),
        Type::Time => ColumnSql::checked(
            "TEXT",
            format!("time({{x}}) IS substr({{x}}, 1, 8) AND {{x}} < '24' AND {MICROS}"),
        ),
        Type::DateTime | Type::Timestamp => ColumnSql::checked(
            "TEXT",
            format!(
                "datetime({{x}}) IS substr({{x}}, 1, 19) AND substr({{x}}, 12) < '24' AND {MICROS} AND {{x}} >= '0001'"
            ),
        ),
        Type::Uuid => ColumnSql::checked("BLOB", "length({x}) = 16"),
        Type::Decimal => decimal(precision(def)?)?,
        Type::Json => ColumnSql::checked("TEXT", "json_valid({x})"),
        Type::Enum(def) if def.stored == Type::Text => ColumnSql::checked("TEXT", one_of(def)),
        Type::Enum(def) => ColumnSql::checked("INTEGER", one_of(def)),
        Type::Array(_) | Type::Hstore => return Err(lacking(def.ty, Backend::Sqlite)),
    };
    if column.def.increment {
        // Without AUTOINCREMENT the id of a deleted last row comes back.
        sql.suffix = " PRIMARY KEY AUTOINCREMENT";
        sql.is_key = true;
    }
    Ok(sql)
}

/// Six digits behind the seconds: text of one width, which sorts as time does. SQLite's own functions see to the rest, and
/// change what is none, as the thirtieth of February.
const MICROS: &str = "{x} GLOB '*:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]'";

fn limited(ty: &str, max_length: Option<u32>) -> ColumnSql {
    match max_length {
        Some(length) => ColumnSql::checked(ty, format!("length({{x}}) <= {length}")),
        None => ColumnSql::plain(ty),
    }
}

fn integer(min: i64, max: i64) -> ColumnSql {
    ColumnSql::checked("INTEGER", format!("{{x}} BETWEEN {min} AND {max}"))
}

fn decimal((precision, _): (u8, u8)) -> Result<ColumnSql> {
    if precision > 18 {
        return Err(Error::new(ErrorKind::Unsupported {
            feature: "decimals of more than 18 digits",
            backend: Backend::Sqlite.name(),
        }));
    }
    let largest = 10_i64.pow(precision.into()) - 1;
    Ok(ColumnSql::checked("INTEGER", format!("{{x}} BETWEEN -{largest} AND {largest}")))
}
