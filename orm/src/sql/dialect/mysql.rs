//! MySQL; and what MariaDB has in common with it.

use super::{Column, ColumnSql, Dialect, KEY_BYTES, SHORT, TRUTH, lacking, one_of, precision, values};
use crate::driver::Backend;
use crate::error::{Error, ErrorKind, Result};
use crate::types::{EnumDef, Type};

/// Compares code points, pads nothing.
const COLLATION: &str = "utf8mb4_0900_bin";

pub(super) static DIALECT: Dialect = DIALECT_FACTS;

pub(super) const DIALECT_FACTS: Dialect = Dialect {
    backend: Backend::MySql,
    quote: '`',
    numbered: false,
    arrays: false,
    rows_are_values: false,
    no_limit: Some("18446744073709551615"),
    before_limit: "",
    nulls_largest: false,
    filter_clause: false,
    keys_by_name: true,
    distinct_from: "NOT ({x} <=> {n})",
    integer_division: "DIV",
    // In strict mode, inside of an update.
    division_fails: true,
    integer_guard: None,
    double: "DOUBLE",
    scaled_decimals: false,
    collation: Some(COLLATION),
    code_point: COLLATION,
    contains: "LOCATE({n}, {x}) > 0",
    // A pattern, for which an index serves; the wildcards in what is looked for are made plain.
    starts_with: "{x} LIKE CONCAT(REPLACE(REPLACE(REPLACE({n}, '|', '||'), '%', '|%'), '_', '|_'), '%') ESCAPE '|'",
    starts_with_short: None,
    ends_with: "RIGHT({x}, CHAR_LENGTH({n})) = {n}",
    matches: "REGEXP_LIKE({x}, {n}, 'c')",
    lower: LOWER,
    random: "RAND",
    upper: UPPER,
    too_long: Some(["CHAR_LENGTH({x})", "CONCAT({x}, '!')"]),
    on_conflict: false,
    hides_written_table: true,
    assigns_in_turn: true,
    forward_references: false,
    generated_not_null: true,
    inline_indexes: true,
    inline_comments: true,
    table_options: " ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin",
    index_nulls: ["", ""],
    enum_order: Some("CAST({x} AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_0900_bin"),
    identifier: 64,
    now: |ty| match ty {
        Type::Date => "UTC_DATE()",
        Type::Time => "UTC_TIME(6)",
        _ => "UTC_TIMESTAMP(6)",
    },
    random_uuid: "UNHEX(CONCAT(HEX(RANDOM_BYTES(6)), '4', SUBSTR(HEX(RANDOM_BYTES(2)), 2), \
        SUBSTR('89AB', 1 + (ORD(RANDOM_BYTES(1)) & 3), 1), SUBSTR(HEX(RANDOM_BYTES(8)), 2)))",
    column: |column| shared_column(column, Backend::MySql, COLLATION),
};

// MySQL loses the end of a text that its LOWER or UPPER makes longer, in bytes. The letters that do are mapped before.
// (With the character set said, as MySQL writes it in an index: else that would not serve.)
const LOWER: &str = concat!(
    "LOWER(REPLACE(REPLACE(CONVERT({x} USING utf8mb4), _utf8mb4'Ⱥ', _utf8mb4'ⱥ'), _utf8mb4'Ⱦ', _utf8mb4'ⱦ') ",
    "COLLATE utf8mb4_0900_bin)",
);
const UPPER: &str = concat!(
    "UPPER(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(",
    "REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(CONVERT({x} USING utf8mb4), ",
    "_utf8mb4'ȿ', _utf8mb4'Ȿ'), _utf8mb4'ɀ', _utf8mb4'Ɀ'), _utf8mb4'ɐ', _utf8mb4'Ɐ'), ",
    "_utf8mb4'ɑ', _utf8mb4'Ɑ'), _utf8mb4'ɒ', _utf8mb4'Ɒ'), _utf8mb4'ɜ', _utf8mb4'Ɜ'), ",
    "_utf8mb4'ɡ', _utf8mb4'Ɡ'), _utf8mb4'ɥ', _utf8mb4'Ɥ'), _utf8mb4'ɦ', _utf8mb4'Ɦ'), ",
    "_utf8mb4'ɪ', _utf8mb4'Ɪ'), _utf8mb4'ɫ', _utf8mb4'Ɫ'), _utf8mb4'ɬ', _utf8mb4'Ɬ'), ",
    "_utf8mb4'ɱ', _utf8mb4'Ɱ'), _utf8mb4'ɽ', _utf8mb4'Ɽ'), _utf8mb4'ʇ', _utf8mb4'Ʇ'), ",
    "_utf8mb4'ʝ', _utf8mb4'Ʝ'), _utf8mb4'ʞ', _utf8mb4'Ʞ') ",
    "COLLATE utf8mb4_0900_bin)",
);

/// The type of a column; `collation` is that of text.
pub(super) fn shared_column(column: &Column<'_>, backend: Backend, collation: &str) -> Result<ColumnSql> {
    let def = column.def;
    let mut sql = match def.ty {
        Type::Bool => ColumnSql::checked("BOOLEAN", TRUTH),
        Type::I8 => ColumnSql::plain("TINYINT"),
        Type::I16 => ColumnSql::plain("SMALLINT"),
        Type::I32 => ColumnSql::plain("INT"),
        Type::I64 | Type::Duration => ColumnSql::plain("BIGINT"),
        Type::U8 => ColumnSql::plain("TINYINT UNSIGNED"),
        Type::U16 => ColumnSql::plain("SMALLINT UNSIGNED"),
        Type::U32 => ColumnSql::plain("INT UNSIGNED"),
        Type::U64 => ColumnSql::plain("BIGINT UNSIGNED"),
        Type::F32 => ColumnSql::plain("FLOAT"),
        Type::F64 => ColumnSql::plain("DOUBLE"),
        Type::Text => text(column, collation)?,
        Type::Json if column.indexed => return Err(unindexable(column)),
        Type::Bytes => bytes(column)?,
        Type::Date => ColumnSql::checked("DATE", "{x} >= '0001-01-01'"),
        // Which may be several days, or negative.
        Type::Time => ColumnSql::checked("TIME(6)", "{x} BETWEEN '00:00:00' AND '23:59:59.999999'"),
        Type::DateTime | Type::Timestamp => ColumnSql::checked("DATETIME(6)", "{x} >= '0001-01-01 00:00:00'"),
        Type::Uuid => ColumnSql::plain("BINARY(16)"),
        Type::Decimal => {
            let (precision, scale) = precision(def)?;
            ColumnSql::plain(format!("DECIMAL({precision}, {scale})"))
        }
        Type::Json => ColumnSql::plain("JSON"),
        Type::Enum(def) => enumeration(column, def, backend, collation)?,
        Type::Array(_) | Type::Hstore => return Err(lacking(def.ty, backend)),
    };
    if column.def.increment {
        sql.suffix = " AUTO_INCREMENT";
    }
    Ok(sql)
}

fn text(column: &Column<'_>, collation: &str) -> Result<ColumnSql> {
    /// A row holds 65535 bytes outside of LONGTEXT columns.
    const LONGEST: u32 = 16_383;

    let collated = |ty: &str| ColumnSql::text(format!("{ty} CHARACTER SET utf8mb4"), collation);
    match column.def.max_length {
        Some(length) if length <= if column.indexed { SHORT } else { LONGEST } => {
            Ok(collated(&format!("VARCHAR({length})")))
        }
        _ if column.indexed => Err(unindexable(column)),
        Some(length) => {
            let checks = vec![format!("CHAR_LENGTH({{x}}) <= {length}")];
            Ok(ColumnSql { checks, ..collated("LONGTEXT") })
        }
        None => Ok(collated("LONGTEXT")),
    }
}

fn bytes(column: &Column<'_>) -> Result<ColumnSql> {
    match column.def.max_length {
        Some(length) if length <= KEY_BYTES => Ok(ColumnSql::plain(format!("VARBINARY({length})"))),
        _ if column.indexed => Err(unindexable(column)),
        Some(length) => Ok(ColumnSql::checked("LONGBLOB", format!("LENGTH({{x}}) <= {length}"))),
        None => Ok(ColumnSql::plain("LONGBLOB")),
    }
}

fn enumeration(column: &Column<'_>, def: &EnumDef, backend: Backend, collation: &str) -> Result<ColumnSql> {
    if def.native.is_some() {
        let values = values(def);
        return Ok(ColumnSql::plain(format!("ENUM({values}) CHARACTER SET utf8mb4 COLLATE {collation}")));
    }
    let mut stored = column.stored(def);
    if def.stored == Type::Text {
        // As long as a value may ever be, so that a longer one does not change the column.
        stored.max_length = Some(63);
    }
    let stored = shared_column(&Column { def: &stored, ..*column }, backend, collation)?;
    Ok(ColumnSql { checks: vec![one_of(def)], ..stored })
}

fn unindexable(column: &Column<'_>) -> Error {
    Error::new(ErrorKind::Schema {
        reason: format!(
            "the column `{}` is part of a key or index: MySQL and MariaDB need a `max_length` there, of at most \
             768 for text and {KEY_BYTES} for bytes, and can have no JSON",
            column.def.name
        ),
    })
}
