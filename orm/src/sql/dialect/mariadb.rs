//! MariaDB: where it differs from MySQL.

use super::mysql::shared_column;
use super::{Dialect, mysql};
use crate::driver::Backend;

/// Compares code points, pads nothing.
const COLLATION: &str = "utf8mb4_nopad_bin";

pub(super) static DIALECT: Dialect = Dialect {
    backend: Backend::MariaDb,
    collation: Some(COLLATION),
    // The collation whose tables are those of Unicode 14, one to one.
    lower: "LOWER(CONVERT({x} USING utf8mb4) COLLATE utf8mb4_uca1400_as_cs) COLLATE utf8mb4_nopad_bin",
    upper: "UPPER(CONVERT({x} USING utf8mb4) COLLATE utf8mb4_uca1400_as_cs) COLLATE utf8mb4_nopad_bin",
    table_options: " ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
    column: |column| shared_column(column, COLLATION),
    ..mysql::DIALECT_FACTS
};
