//! Moving the sequence of a PostgreSQL identity column forward.

use std::sync::{Arc, LazyLock};

use crate::model::Table;

/// How far a sequence is moved by counting. Counting can never move it back, whatever others do meanwhile.
const STEPS: i64 = 1_000;

/// Counts the sequence up to a key, if it is less than a thousand behind, and says whether it is further
/// behind than that.
///
/// Binds the key, the table's quoted name and the column's name.
pub(crate) fn advance() -> Arc<str> {
    static TEXT: LazyLock<Arc<str>> = LazyLock::new(|| {
        format!(
            "SELECT CASE \
                WHEN $1 - last > {STEPS} THEN TRUE \
                WHEN $1 > last THEN \
                    (SELECT max(drawn) < 0 FROM (SELECT nextval(seq) AS drawn FROM generate_series(1, $1 - last)) AS keys) \
                ELSE FALSE END \
             FROM (SELECT seq, coalesce(pg_sequence_last_value(seq), 0) AS last \
                   FROM (SELECT pg_get_serial_sequence($2, $3)::regclass AS seq) AS named \
                   WHERE seq IS NOT NULL) AS known"
        )
        .into()
    });
    TEXT.clone()
}

/// Sets the sequence to a key that is far ahead of it.
///
/// Those who do so take turns by an advisory lock, so that a lower key never overwrites a higher one. Plain
/// inserts meanwhile would have to draw a thousand keys between two steps of this block to be overtaken.
pub(crate) fn jump(table: &str, column: &str, key: i64) -> String {
    let (table, column) = (literal(table), literal(column));
    format!(
        "DO $orm$ DECLARE seq regclass := pg_get_serial_sequence({table}, {column})::regclass; \
         BEGIN PERFORM pg_advisory_lock(1330796800, seq::oid::int); \
         BEGIN IF coalesce(pg_sequence_last_value(seq), 0) < {key} THEN PERFORM setval(seq, {key}); END IF; \
         EXCEPTION WHEN OTHERS THEN PERFORM pg_advisory_unlock(1330796800, seq::oid::int); RAISE; END; \
         PERFORM pg_advisory_unlock(1330796800, seq::oid::int); END $orm$"
    )
}

/// The table's name, schema included, quoted as an identifier.
pub(crate) fn table_name(table: &Table) -> String {
    let name = identifier(&table.full_name());
    match table.meta.schema {
        Some(schema) => format!("{}.{name}", identifier(schema)),
        None => name,
    }
}

fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A string literal. `$orm$` cannot end the block: the text would have to hold it.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
