//! MariaDB: where it differs from MySQL.

use super::mysql::shared_column;
use super::{Dialect, mysql};
use crate::driver::Backend;

/// Compares code points, pads nothing.
const COLLATION: &str = "utf8mb4_nopad_bin";

pub(super) static DIALECT: Dialect = Dialect {
    backend: Backend::MariaDb,
    collation: Some(COLLATION),
    // Not LIKE: with an index, MariaDB looks for what begins with `a` up to `a` and many U+FFFF, and so finds no text that
    // goes on with a greater character, such as an emoji.
    starts_with: "LEFT({x}, CHAR_LENGTH({n})) = {n}",
    // An exact range: no text of 768 characters that begins so is greater than this one.
    starts_with_short: Some("{x} >= {n} AND {x} <= CONCAT({n}, REPEAT(_utf8mb4 x'F48FBFBF', 768))"),
    matches: "{x} REGEXP {n}",
    // The collation whose tables are those of Unicode 14, one to one.
    lower: "LOWER(CONVERT({x} USING utf8mb4) COLLATE utf8mb4_uca1400_as_cs) COLLATE utf8mb4_nopad_bin",
    upper: "UPPER(CONVERT({x} USING utf8mb4) COLLATE utf8mb4_uca1400_as_cs) COLLATE utf8mb4_nopad_bin",
    code_point: COLLATION,
    generated_not_null: false,
    table_options: " ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
    enum_order: Some("CAST({x} AS CHAR CHARACTER SET utf8mb4) COLLATE utf8mb4_nopad_bin"),
    column: |column| shared_column(column, Backend::MariaDb, COLLATION),
    ..mysql::DIALECT_FACTS
};
