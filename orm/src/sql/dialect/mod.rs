//! What differs between the backends: one fact a line, one file a backend.

mod mariadb;
mod mysql;
mod postgres;
mod sqlite;

use crate::driver::Backend;
use crate::error::{Error, ErrorKind, Result};
use crate::schema;
use crate::types::{EnumDef, EnumValue, Type};

/// The facts about a backend that decide which SQL is written.
#[derive(Debug)]
pub(super) struct Dialect {
    pub(super) backend: Backend,
    /// What identifiers stand between; doubled inside.
    pub(super) quote: char,
    /// Whether placeholders have numbers, `$1`.
    pub(super) numbered: bool,
    /// Whether a list can be one argument, `= ANY($1)`.
    pub(super) arrays: bool,
    /// Whether a list of rows is `(VALUES (1, 2), (3, 4))`, not `((1, 2), (3, 4))`.
    pub(super) rows_are_values: bool,
    /// What an offset without a limit has for a limit; nothing where it needs none.
    pub(super) no_limit: Option<&'static str>,
    /// What stands before the placeholder of a limit.
    pub(super) before_limit: &'static str,
    /// Whether NULL is larger than every value in an order, not smaller.
    pub(super) nulls_largest: bool,
    /// Whether aggregates have `FILTER (WHERE …)`.
    pub(super) filter_clause: bool,
    /// Whether a key of a group that is an expression is known again only by its name.
    pub(super) keys_by_name: bool,
    /// The comparison that is true if exactly one side is NULL, or both sides differ. `?` are the sides.
    pub(super) distinct_from: &'static str,
    /// The operator that divides integers and cuts towards zero.
    pub(super) integer_division: &'static str,
    /// Whether division by zero is an error, or may become one, unless zero is made NULL.
    pub(super) division_fails: bool,
    /// Refuses a float where an integer was calculated, where the server lets one become the other. `{x}` is the result.
    pub(super) integer_guard: Option<&'static str>,
    /// Double precision, as the type of a cast.
    pub(super) double: &'static str,
    /// Whether decimals are integers that count their last digit.
    pub(super) scaled_decimals: bool,
    /// Compares text by code point, where neither side is a column, whose collation would do so.
    pub(super) collation: Option<&'static str>,
    /// The same, where it has to be said against another one.
    pub(super) code_point: &'static str,
    /// Text look-ups: `{x}` is the text, `{n}` what is looked for.
    pub(super) contains: &'static str,
    pub(super) starts_with: &'static str,
    /// The same for a column of at most [`SHORT`] characters, where only that can be said so that an index serves.
    pub(super) starts_with_short: Option<&'static str>,
    pub(super) ends_with: &'static str,
    /// Whether a pattern `{n}` matches a part of the text `{x}`, upper and lower case distinct.
    pub(super) matches: &'static str,
    /// Unicode's simple case mapping, letter by letter; what comes out compares by code point. `{x}` is the text, and
    /// must occur once, or a chain of calls would double with each.
    pub(super) lower: &'static str,
    /// The function that gives a number by chance.
    pub(super) random: &'static str,
    pub(super) upper: &'static str,
    /// The length of a text, and the text with an end that is not blank, where blanks beyond the length of a column are
    /// cut. `{x}` is the text.
    pub(super) too_long: Option<[&'static str; 2]>,
    /// Whether an insert says `ON CONFLICT`, with a key and a condition, and not `ON DUPLICATE KEY`, for any key.
    pub(super) on_conflict: bool,
    /// Whether an update or delete may not read its own table in a sub-query, unless that is a derived table.
    pub(super) hides_written_table: bool,
    /// Whether the assignments of an update see the effect of those before them.
    pub(super) assigns_in_turn: bool,
    /// Whether foreign keys can be declared before the table they refer to exists.
    pub(super) forward_references: bool,
    /// Whether a generated column may be declared `NOT NULL`.
    pub(super) generated_not_null: bool,
    /// Whether indexes are part of `CREATE TABLE`, for want of `CREATE INDEX IF NOT EXISTS`.
    pub(super) inline_indexes: bool,
    /// Whether comments are part of `CREATE TABLE`.
    pub(super) inline_comments: bool,
    /// Behind the closing parenthesis of `CREATE TABLE`.
    pub(super) table_options: &'static str,
    /// What an index says behind a column that may be NULL, ascending and descending, to serve our orders.
    pub(super) index_nulls: [&'static str; 2],
    /// An enum that is a type of its own as the text that it is ordered by.
    pub(super) enum_order: Option<&'static str>,
    /// The longest identifier, in bytes.
    pub(super) identifier: usize,
    /// The time of the statement, in UTC, as a column of this type keeps it.
    pub(super) now: fn(Type) -> &'static str,
    /// A random UUID, as a column keeps it.
    pub(super) random_uuid: &'static str,
    /// The type of a column.
    pub(super) column: fn(&Column<'_>) -> Result<ColumnSql>,
}

/// The most bytes that a key has on MySQL and MariaDB.
pub(super) const KEY_BYTES: u32 = 3072;

/// The most characters that an indexed column has on MySQL and MariaDB: a key holds 3072 bytes, four a character.
pub(super) const SHORT: u32 = 768;

/// A column to be declared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column<'a> {
    pub(super) def: &'a schema::TableColumn,
    /// Whether it is part of a key or index.
    pub(super) indexed: bool,
}

/// How a column is declared.
#[derive(Debug, Default)]
pub(super) struct ColumnSql {
    /// Its type.
    pub(super) ty: String,
    /// Its collation, where that has to be said.
    pub(super) collation: Option<String>,
    /// What its values must fulfil, each; `{x}` outside of quotes is the column.
    pub(super) checks: Vec<String>,
    /// What comes behind `NOT NULL`.
    pub(super) suffix: &'static str,
    /// Whether `suffix` makes it the primary key.
    pub(super) is_key: bool,
}

impl Column<'_> {
    /// The same column with what the values of its enum are sent as.
    fn stored(&self, def: &EnumDef) -> schema::TableColumn {
        schema::TableColumn { ty: def.stored, ..self.def.clone() }
    }
}

impl ColumnSql {
    fn plain(ty: impl Into<String>) -> Self {
        Self { ty: ty.into(), ..Self::default() }
    }

    fn text(ty: impl Into<String>, collation: &str) -> Self {
        Self { ty: ty.into(), collation: Some(collation.to_owned()), ..Self::default() }
    }

    fn checked(ty: impl Into<String>, check: impl Into<String>) -> Self {
        Self { ty: ty.into(), checks: vec![check.into()], ..Self::default() }
    }
}

/// The facts about a backend.
pub(super) fn of(backend: Backend) -> &'static Dialect {
    match backend {
        Backend::Sqlite => &sqlite::DIALECT,
        Backend::Postgres => &postgres::DIALECT,
        Backend::MySql => &mysql::DIALECT,
        Backend::MariaDb => &mariadb::DIALECT,
    }
}

pub(super) use postgres::array_type;

/// The error for a type that PostgreSQL alone has.
#[cold]
fn lacking(ty: Type, backend: Backend) -> Error {
    let feature = ty.only_on_postgres().unwrap_or("columns of this type");
    Error::new(ErrorKind::Unsupported { feature, backend: backend.name() })
}

/// Precision and scale of a decimal column.
fn precision(def: &schema::TableColumn) -> Result<(u8, u8)> {
    match def.precision {
        Some((precision, scale)) if scale <= precision && precision > 0 => Ok((precision, scale)),
        _ => Err(Error::new(ErrorKind::Schema {
            reason: format!("the decimal column `{}` needs a precision and a scale not above it", def.name),
        })),
    }
}

/// The check of an enum: one of its values.
fn one_of(def: &EnumDef) -> String {
    format!("{{x}} IN ({})", values(def))
}

/// The values of an enum as literals. Texts have no characters that mean something within one, but the quote.
fn values(def: &EnumDef) -> String {
    let values = def.variants.iter().map(|variant| match variant.value {
        EnumValue::Text(text) => format!("'{}'", text.replace('\'', "''")),
        EnumValue::Int(number) => number.to_string(),
    });
    values.collect::<Vec<_>>().join(", ")
}

/// The check of a truth value kept as an integer.
const TRUTH: &str = "{x} IN (0, 1)";
