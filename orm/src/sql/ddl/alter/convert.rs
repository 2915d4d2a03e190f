//! What becomes of the values of a column whose type changes.
//!
//! A value becomes the one value of the other type that says the same, or the change is refused: before anything is
//! done, where no value of one type is one of the other; by a count of the rows that are in the way, where some are.
//! No backend's own idea of a conversion is trusted with values that it would cut, round or take for zero.

use super::{name, own, quoted};
use crate::driver::Backend;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{ChangeKind, ChangeStep, Table, TableColumn};
use crate::sql::dialect::Dialect;
use crate::types::{EnumDef, EnumValue, Type};

/// How values are converted.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Conversion {
    /// The value as one of the new type, where that has to be said; `{x}` is the column.
    pub(super) value: Option<String>,
    /// What is true of the values that none of the new type is the same as.
    pub(super) lost: Vec<String>,
}

impl Conversion {
    fn new(value: Option<&str>, lost: impl IntoIterator<Item = String>) -> Self {
        Self { value: value.map(str::to_owned), lost: lost.into_iter().collect() }
    }
}

/// The counts of rows that are in the way of a change of the column.
///
/// # Errors
///
/// Those of [`conversion`].
pub(super) fn guards(
    dialect: &Dialect,
    table: &Table,
    old: &TableColumn,
    new: &TableColumn,
    now: &str,
) -> Result<Vec<ChangeStep>> {
    let mut guards = Vec::new();
    let column = quoted(dialect, now);
    let mut guard = |condition: &str, what: &str| {
        let condition = condition.replace("{x}", &column);
        guards.push(ChangeStep {
            sql: vec![format!(
                "SELECT COUNT(*) FROM {} WHERE {condition}",
                name::table(dialect, &table.name)
            )],
            kind: ChangeKind::Guard { rows: format!("rows of {} with {what} in {now}", table.name) },
            tables: vec![table.name.clone()],
            undo: Vec::new(),
            touched: Vec::new(),
        });
    };
    for lost in conversion(dialect, old, new)?.lost {
        guard(&lost, "a value that the new type does not hold");
    }
    if old.nullable && !new.nullable {
        guard("{x} IS NULL", "NULL");
    }
    Ok(guards)
}

/// How the values of a column become those of another type.
///
/// # Errors
///
/// `Unsupported` where they do not.
pub(super) fn conversion(dialect: &Dialect, old: &TableColumn, new: &TableColumn) -> Result<Conversion> {
    let backend = dialect.backend;
    if old.ty == new.ty && old.db_type.get(backend) != new.db_type.get(backend) {
        return own::conversion(dialect, old, new)?.map_or_else(
            || {
                let error = Error::new(ErrorKind::Unsupported {
                    feature: "a change to that `db_type` of a column that stays: add another column, fill it, and drop this \
                              one; or change it by hand and note the migration with `--fake`",
                    backend: backend.name(),
                });
                Err(super::super::named(error, new))
            },
            Ok,
        );
    }
    if old.ty == new.ty && old.max_length == new.max_length && old.precision == new.precision {
        return Ok(Conversion::default());
    }
    let refused = || {
        let error = Error::new(ErrorKind::Unsupported {
            feature: "a change to that type of a column that stays: add another column, fill it, and drop this one",
            backend: backend.name(),
        });
        Err(super::super::named(error, new))
    };
    // What a type of one's own holds, nobody here knows.
    if old.db_type.get(backend).is_some() || new.db_type.get(backend).is_some() {
        return if old.ty == new.ty { Ok(Conversion::default()) } else { refused() };
    }
    let found = match (Form::of(old), Form::of(new)) {
        (Form::Whole(from), Form::Whole(to)) => Some(whole(backend, from, to)),
        (Form::Whole(from), Form::Text(to)) if from != Whole::Bool => Some(to_text(backend, to)),
        (Form::Text(_), Form::Whole(to)) if to != Whole::Bool => Some(from_text(backend, to)),
        (Form::Text(from), Form::Text(to)) => Some(text(backend, from, to)),
        (Form::Whole(Whole::Range(least, most)), Form::Decimal(_, scale)) if fits(least, most) => {
            let value =
                (backend == Backend::Sqlite && scale > 0).then(|| format!("{{x}} * {}", power(scale)));
            Some(Conversion { value, lost: Vec::new() })
        }
        (Form::Decimal(_, scale), Form::Whole(to @ Whole::Range(..))) => {
            Some(decimal_to_whole(backend, scale, to))
        }
        (Form::Decimal(_, from), Form::Decimal(_, to)) => Some(decimal(backend, from, to)),
        (Form::Whole(Whole::Range(least, most)), Form::Double) if fits_double(least, most) => {
            Some(Conversion::new((backend == Backend::Sqlite).then_some("CAST({x} AS REAL)"), []))
        }
        (Form::Double, Form::Whole(to @ Whole::Range(least, most))) if fits_double(least, most) => {
            let cut = if backend == Backend::Sqlite { "CAST({x} AS INTEGER)" } else { "FLOOR({x})" };
            let value = match backend {
                Backend::Sqlite => Some(cut.to_owned()),
                Backend::Postgres => Some(format!("{{x}}::{}", to.postgres())),
                Backend::MySql | Backend::MariaDb => None,
            };
            let lost = [format!("{{x}} <> {cut} OR {{x}} < {least} OR {{x}} > {most}")];
            Some(Conversion { value, lost: lost.to_vec() })
        }
        (Form::Single, Form::Double) => Some(Conversion::default()),
        (Form::Date, Form::DateTime) => Some(Conversion::new(
            match backend {
                Backend::Sqlite => Some("{x} || ' 00:00:00.000000'"),
                Backend::Postgres => Some("{x}::timestamp"),
                Backend::MySql | Backend::MariaDb => None,
            },
            [],
        )),
        (Form::DateTime, Form::Date) => {
            let (value, lost) = match backend {
                Backend::Sqlite => (Some("substr({x}, 1, 10)"), "substr({x}, 11) <> ' 00:00:00.000000'"),
                Backend::Postgres => (Some("{x}::date"), "{x} <> date_trunc('day', {x})"),
                Backend::MySql | Backend::MariaDb => (None, "{x} <> DATE({x})"),
            };
            Some(Conversion::new(value, [lost.to_owned()]))
        }
        (Form::DateTime, Form::Timestamp) | (Form::Timestamp, Form::DateTime) => {
            Some(Conversion::new((backend == Backend::Postgres).then_some("{x} AT TIME ZONE 'UTC'"), []))
        }
        (one, other) if one == other => Some(Conversion::default()),
        _ => None,
    };
    found.map_or_else(refused, Ok)
}

/// What the values of a type are, as far as a conversion goes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Whole(Whole),
    Text(Text),
    Decimal(u8, u8),
    Single,
    Double,
    Date,
    DateTime,
    Timestamp,
    Other(Type),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Whole {
    Bool,
    Range(i128, i128),
    Values(&'static EnumDef),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Text {
    Length(Option<u32>),
    Values(&'static EnumDef),
}

impl Form {
    fn of(column: &TableColumn) -> Self {
        let range = |least: i128, most: i128| Self::Whole(Whole::Range(least, most));
        match column.ty {
            Type::Bool => Self::Whole(Whole::Bool),
            Type::I8 => range(i8::MIN.into(), i8::MAX.into()),
            Type::I16 => range(i16::MIN.into(), i16::MAX.into()),
            Type::I32 => range(i32::MIN.into(), i32::MAX.into()),
            Type::I64 => range(i64::MIN.into(), i64::MAX.into()),
            Type::U8 => range(0, u8::MAX.into()),
            Type::U16 => range(0, u16::MAX.into()),
            Type::U32 => range(0, u32::MAX.into()),
            Type::U64 => range(0, u64::MAX.into()),
            Type::F32 => Self::Single,
            Type::F64 => Self::Double,
            Type::Text => Self::Text(Text::Length(column.max_length)),
            Type::Decimal => match column.precision {
                Some((digits, scale)) => Self::Decimal(digits, scale),
                None => Self::Other(column.ty),
            },
            Type::Date => Self::Date,
            Type::DateTime => Self::DateTime,
            Type::Timestamp => Self::Timestamp,
            Type::Enum(def) if def.stored == Type::Text => Self::Text(Text::Values(def)),
            Type::Enum(def) => Self::Whole(Whole::Values(def)),
            other => Self::Other(other),
        }
    }
}

impl Whole {
    /// The type of PostgreSQL for the range.
    fn postgres(self) -> &'static str {
        match self {
            Self::Bool => "boolean",
            Self::Values(_) => "bigint",
            Self::Range(least, most) => match () {
                () if least >= i16::MIN.into() && most <= i16::MAX.into() => "smallint",
                () if least >= i32::MIN.into() && most <= i32::MAX.into() => "integer",
                () if least >= i64::MIN.into() && most <= i64::MAX.into() => "bigint",
                () => "numeric",
            },
        }
    }

    /// What is true of whole numbers beyond it.
    fn beyond(self) -> String {
        match self {
            Self::Bool => "{x} NOT IN (0, 1)".to_owned(),
            Self::Range(least, most) => format!("{{x}} < {least} OR {{x}} > {most}"),
            Self::Values(def) => format!("{{x}} NOT IN ({})", values(def)),
        }
    }
}

/// The values of an enum, as literals.
fn values(def: &EnumDef) -> String {
    let value = |value| match value {
        EnumValue::Int(number) => number.to_string(),
        EnumValue::Text(text) => format!("'{}'", text.replace('\'', "''")),
    };
    def.variants.iter().map(|variant| value(variant.value)).collect::<Vec<_>>().join(", ")
}

/// Whether SQLite can count all of them, so that one scale more fits or fails there.
fn fits(least: i128, most: i128) -> bool {
    least >= i64::MIN.into() && most <= i64::MAX.into()
}

/// Whether a double holds each of them.
fn fits_double(least: i128, most: i128) -> bool {
    least >= i32::MIN.into() && most <= u32::MAX.into()
}

fn power(scale: u8) -> String {
    format!("1{}", "0".repeat(scale.into()))
}

fn whole(backend: Backend, from: Whole, to: Whole) -> Conversion {
    let postgres = backend == Backend::Postgres;
    let value = match (from, to) {
        (Whole::Bool, Whole::Bool) => None,
        (Whole::Bool, to) if postgres => Some(format!("{{x}}::integer::{}", to.postgres())),
        (_, Whole::Bool) if postgres => Some("{x} <> 0".to_owned()),
        _ => None,
    };
    let wider = match (from, to) {
        (Whole::Bool, Whole::Range(..) | Whole::Bool) => true,
        (Whole::Range(least, most), Whole::Range(lower, upper)) => lower <= least && most <= upper,
        (Whole::Values(one), Whole::Values(other)) => one == other,
        _ => false,
    };
    let lost = match from {
        _ if wider => None,
        // It has no numbers to compare.
        Whole::Bool if postgres => Some(to.beyond().replace("{x}", "{x}::integer")),
        _ => Some(to.beyond()),
    };
    Conversion { value, lost: lost.into_iter().collect() }
}

fn to_text(backend: Backend, to: Text) -> Conversion {
    let (value, text) = match backend {
        Backend::Sqlite => (Some("CAST({x} AS TEXT)"), "CAST({x} AS TEXT)"),
        Backend::Postgres => (Some("{x}::text"), "{x}::text"),
        Backend::MySql | Backend::MariaDb => (None, "CAST({x} AS CHAR)"),
    };
    Conversion::new(value, beyond_text(backend, to).map(|lost| lost.replace("{x}", text)))
}

/// Digits as they would be written, nothing else: `007` and ` 7` are no numbers.
fn from_text(backend: Backend, to: Whole) -> Conversion {
    let (value, canonical) = match backend {
        Backend::Sqlite => {
            (Some("CAST({x} AS INTEGER)".to_owned()), "CAST(CAST({x} AS INTEGER) AS TEXT) <> {x}")
        }
        Backend::Postgres => {
            (Some(format!("{{x}}::{}", to.postgres())), "{x}::text !~ '^(0|-?[1-9][0-9]{0,19})$'")
        }
        // A `$` also stands before a line break at the end.
        Backend::MySql | Backend::MariaDb => {
            (None, "({x} NOT REGEXP '^(0|-?[1-9][0-9]{0,19})$' OR {x} REGEXP '[^-0-9]')")
        }
    };
    let mut lost = vec![canonical.to_owned()];
    // Counted only where the first count found none, so that nothing else is cast.
    lost.push(match backend {
        Backend::Sqlite => to.beyond().replace("{x}", "CAST({x} AS INTEGER)"),
        Backend::Postgres => to.beyond().replace("{x}", "{x}::numeric"),
        Backend::MySql | Backend::MariaDb => to.beyond().replace("{x}", "CAST({x} AS DECIMAL(30, 0))"),
    });
    Conversion { value, lost }
}

fn text(backend: Backend, from: Text, to: Text) -> Conversion {
    let native = |text| match text {
        Text::Values(def) => def.native,
        Text::Length(_) => None,
    };
    let value = match (native(from), native(to)) {
        _ if backend != Backend::Postgres => None,
        (None, None) => None,
        (_, Some(name)) => Some(format!("{{x}}::text::\"{name}\"")),
        (Some(_), None) => Some("{x}::text".to_owned()),
    };
    let wider = match (from, to) {
        (Text::Length(from), Text::Length(to)) => to.is_none_or(|to| from.is_some_and(|from| from <= to)),
        (Text::Values(from), Text::Values(to)) => {
            from.variants.iter().all(|own| to.variants.iter().any(|other| other.value == own.value))
        }
        (Text::Values(_), Text::Length(None)) => true,
        _ => false,
    };
    let text = if backend == Backend::Postgres && native(from).is_some() { "{x}::text" } else { "{x}" };
    let lost = beyond_text(backend, to).filter(|_| !wider).map(|lost| lost.replace("{x}", text));
    Conversion { value, lost: lost.into_iter().collect() }
}

/// What is true of texts that are none of these.
fn beyond_text(backend: Backend, to: Text) -> Option<String> {
    match to {
        Text::Length(None) => None,
        Text::Length(Some(length)) => {
            let function = if backend == Backend::Sqlite { "length" } else { "CHAR_LENGTH" };
            Some(format!("{function}({{x}}) > {length}"))
        }
        Text::Values(def) => Some(format!("{{x}} NOT IN ({})", values(def))),
    }
}

fn decimal(backend: Backend, from: u8, to: u8) -> Conversion {
    let change = power(from.abs_diff(to));
    let sqlite = backend == Backend::Sqlite;
    if from <= to {
        let value = (sqlite && from < to).then(|| format!("{{x}} * {change}"));
        return Conversion { value, lost: Vec::new() };
    }
    let lost = match backend {
        Backend::Sqlite => format!("{{x}} % {change} <> 0"),
        Backend::Postgres => format!("{{x}} <> trunc({{x}}, {to})"),
        Backend::MySql | Backend::MariaDb => format!("{{x}} <> TRUNCATE({{x}}, {to})"),
    };
    Conversion { value: sqlite.then(|| format!("{{x}} / {change}")), lost: vec![lost] }
}

fn decimal_to_whole(backend: Backend, scale: u8, to: Whole) -> Conversion {
    let mut conversion = decimal(backend, scale, 0);
    match backend {
        Backend::Sqlite => {
            let whole = format!("({{x}} / {})", power(scale));
            conversion.lost.push(to.beyond().replace("{x}", &whole));
        }
        Backend::Postgres => {
            conversion.value = Some(format!("{{x}}::{}", to.postgres()));
            conversion.lost.push(to.beyond());
        }
        Backend::MySql | Backend::MariaDb => conversion.lost.push(to.beyond()),
    }
    conversion
}
