//! PostgreSQL.

use super::{Column, ColumnSql, Dialect, one_of, precision};
use crate::driver::Backend;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{self, Texts};
use crate::sql::hstore;
use crate::sql::literal::escaped;
use crate::types::{ArrayDef, EnumValue, Type};

pub(super) static DIALECT: Dialect = Dialect {
    backend: Backend::Postgres,
    quote: '"',
    numbered: true,
    arrays: true,
    // As a list of rows it would be as many nested conditions, for which its stack is too small.
    rows_are_values: true,
    no_limit: None,
    before_limit: "",
    nulls_largest: true,
    filter_clause: true,
    keys_by_name: false,
    distinct_from: "{x} IS DISTINCT FROM {n}",
    integer_division: "/",
    division_fails: true,
    integer_guard: None,
    double: "DOUBLE PRECISION",
    scaled_decimals: false,
    collation: Some("\"C\""),
    code_point: "\"C\"",
    contains: "strpos({x}, {n}) > 0",
    // From version 15 on an index in the collation "C" serves, which is that of our columns.
    starts_with: "starts_with({x}, {n})",
    starts_with_short: None,
    ends_with: "right({x}, length({n})) = {n}",
    matches: "{x} ~ {n}",
    lower: LOWER,
    random: "RANDOM",
    upper: UPPER,
    too_long: Some(["char_length({x})", "{x} || '!'"]),
    on_conflict: true,
    hides_written_table: false,
    assigns_in_turn: false,
    forward_references: false,
    generated_not_null: true,
    inline_indexes: false,
    inline_comments: false,
    table_options: "",
    index_nulls: [" NULLS FIRST", " NULLS LAST"],
    enum_order: Some("CAST({x} AS TEXT) COLLATE \"C\""),
    identifier: 63,
    now: |ty| match ty {
        Type::Date => "(statement_timestamp() AT TIME ZONE 'UTC')::date",
        Type::Time => "(statement_timestamp() AT TIME ZONE 'UTC')::time",
        Type::DateTime => "statement_timestamp() AT TIME ZONE 'UTC'",
        _ => "statement_timestamp()",
    },
    random_uuid: "gen_random_uuid()",
    column,
};

/// ICU maps in context, and one letter to two: a sigma at the end of a word, and a capital I with a dot. Both are mapped
/// before it sees them.
const LOWER: &str = r#"lower(translate({x}, 'İΣ', 'iσ') COLLATE pg_catalog."und-x-icu") COLLATE "C""#;

/// ICU makes several letters of a hundred, `SS` of `ß`. Where the text became longer, its letters are mapped one by one:
/// what becomes several letters stays, but for Greek ones with an iota below, which have a capital letter of their own.
/// OFFSET keeps PostgreSQL from writing the text out at each place that names it.
const UPPER: &str = concat!(
    r#"(SELECT CASE WHEN char_length(o.u) = char_length(o.x) THEN o.u ELSE (SELECT string_agg("#,
    r#"CASE WHEN char_length(upper(s.c COLLATE pg_catalog."und-x-icu")) = 1 "#,
    r#"THEN upper(s.c COLLATE pg_catalog."und-x-icu") "#,
    "ELSE translate(s.c, 'ᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾳῃῳ', 'ᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾼῌῼ') END, '' ORDER BY s.i) ",
    r#"FROM unnest(string_to_array(o.x, NULL)) WITH ORDINALITY AS s(c, i)) END COLLATE "C" "#,
    r#"FROM (SELECT i.x, upper(i.x COLLATE pg_catalog."und-x-icu") AS u "#,
    "FROM (SELECT {x} AS x OFFSET 0) i) o)",
);

fn column(column: &Column<'_>) -> Result<ColumnSql> {
    let def = column.def;
    let mut sql = match def.ty {
        Type::Bool => ColumnSql::plain("BOOLEAN"),
        Type::I8 => ColumnSql::checked("SMALLINT", "{x} BETWEEN -128 AND 127"),
        Type::I16 => ColumnSql::plain("SMALLINT"),
        Type::I32 => ColumnSql::plain("INTEGER"),
        Type::I64 | Type::Duration => ColumnSql::plain("BIGINT"),
        Type::U8 => ColumnSql::checked("SMALLINT", "{x} BETWEEN 0 AND 255"),
        Type::U16 => ColumnSql::checked("INTEGER", "{x} BETWEEN 0 AND 65535"),
        Type::U32 => ColumnSql::checked("BIGINT", "{x} BETWEEN 0 AND 4294967295"),
        Type::U64 => ColumnSql::checked("NUMERIC(20, 0)", format!("{{x}} BETWEEN 0 AND {}", u64::MAX)),
        Type::F32 => ColumnSql::plain("REAL"),
        Type::F64 => ColumnSql::plain("DOUBLE PRECISION"),
        Type::Text => text(def.max_length),
        Type::Bytes => match def.max_length {
            Some(length) => ColumnSql::checked("BYTEA", format!("octet_length({{x}}) <= {length}")),
            None => ColumnSql::plain("BYTEA"),
        },
        // Without infinities, years of more than four digits or before the first, and the hour 24.
        Type::Date => ColumnSql::checked("DATE", "{x} BETWEEN '0001-01-01' AND '9999-12-31'"),
        Type::Time => ColumnSql::checked("TIME", "{x} < '24:00'"),
        Type::DateTime => ColumnSql::checked(
            "TIMESTAMP",
            "{x} BETWEEN '0001-01-01 00:00:00' AND '9999-12-31 23:59:59.999999'",
        ),
        Type::Timestamp => ColumnSql::checked(
            "TIMESTAMPTZ",
            "{x} BETWEEN '0001-01-01 00:00:00+00' AND '9999-12-31 23:59:59.999999+00'",
        ),
        Type::Uuid => ColumnSql::plain("UUID"),
        Type::Decimal => {
            let (precision, scale) = precision(def)?;
            ColumnSql::checked(format!("NUMERIC({precision}, {scale})"), "{x} <> 'NaN'")
        }
        Type::Json => ColumnSql::plain("JSONB"),
        Type::Enum(def) => match def.native {
            Some(name) => ColumnSql::plain(format!("\"{name}\"")),
            None => {
                let stored = self::column(&Column { def: &column.stored(def), ..*column })?;
                ColumnSql { checks: vec![one_of(def)], ..stored }
            }
        },
        Type::Array(of) => array(column, of)?,
        Type::Hstore => ColumnSql::plain(hstore::TYPE),
    };
    if column.def.increment {
        if def.ty == Type::U64 {
            // An identity is SMALLINT, INTEGER or BIGINT.
            return Err(Error::new(ErrorKind::Unsupported {
                feature: "keys of type u64 that count up",
                backend: Backend::Postgres.name(),
            }));
        }
        sql.suffix = " GENERATED BY DEFAULT AS IDENTITY";
    }
    Ok(sql)
}

/// The most that VARCHAR takes.
const LONGEST: u32 = 10_485_760;

/// An array, and what keeps arrays out that its Rust type could not read. A check is fulfilled where it is NULL, and so by
/// an array without elements, which has no dimension.
fn array(column: &Column<'_>, of: &ArrayDef) -> Result<ColumnSql> {
    let def = column.def;
    if let (Type::Text, Some(length)) = (of.element, def.max_length)
        && length > LONGEST
    {
        let reason =
            format!("a `max_length` of {length}: the texts of an array have at most {LONGEST} characters");
        return Err(Error::new(ErrorKind::Schema { reason }));
    }
    let element =
        schema::TableColumn { ty: of.element, db_type: Texts::default(), increment: false, ..def.clone() };
    let element = self::column(&Column { def: &element, indexed: false })?;
    let mut checks = vec!["array_ndims({x}) = 1".to_owned(), "array_lower({x}, 1) = 1".to_owned()];
    if !of.nullable {
        checks.push("array_position({x}, NULL) IS NULL".to_owned());
    }
    checks.extend(of_elements(of.element));
    Ok(ColumnSql {
        ty: format!("{}[]", element.ty),
        collation: element.collation,
        checks,
        ..ColumnSql::default()
    })
}

/// What each element that is not NULL must fulfil.
fn of_elements(ty: Type) -> Vec<String> {
    let range = |least: i128, greatest: i128| {
        vec![format!("{least} <= ALL({{x}})"), format!("{greatest} >= ALL({{x}})")]
    };
    let between = |least: &str, greatest: &str| {
        vec![format!("'{least}' <= ALL({{x}})"), format!("'{greatest}' >= ALL({{x}})")]
    };
    match ty {
        Type::I8 => range(i8::MIN.into(), i8::MAX.into()),
        Type::U8 => range(0, u8::MAX.into()),
        Type::U16 => range(0, u16::MAX.into()),
        Type::U32 => range(0, u32::MAX.into()),
        Type::U64 => range(0, u64::MAX.into()),
        Type::Date => between("0001-01-01", "9999-12-31"),
        Type::Time => vec!["'24:00' > ALL({x})".to_owned()],
        Type::DateTime => between("0001-01-01 00:00:00", "9999-12-31 23:59:59.999999"),
        Type::Timestamp => between("0001-01-01 00:00:00+00", "9999-12-31 23:59:59.999999+00"),
        Type::Decimal => vec!["'NaN' <> ALL({x})".to_owned()],
        Type::Enum(def) if def.native.is_none() => {
            let values = def.variants.iter().map(|variant| match variant.value {
                EnumValue::Text(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
                EnumValue::Int(number) => number.to_string(),
            });
            let values = format!("{{{}}}", values.collect::<Vec<_>>().join(","));
            // Of the type of the column, whatever that is.
            vec![format!("array_remove({{x}}, NULL) <@ {}", escaped(&values))]
        }
        _ => Vec::new(),
    }
}

/// The type of arrays, of whatever length and digits, as the driver sends them.
pub(in crate::sql) fn array_type(def: &ArrayDef) -> String {
    let element = match def.element {
        Type::Enum(element) => match element.native {
            Some(name) => return format!("\"{name}\"[]"),
            None => element.stored,
        },
        other => other,
    };
    let name = match element {
        Type::Bool => "BOOLEAN",
        Type::I8 | Type::I16 | Type::U8 => "SMALLINT",
        Type::I32 | Type::U16 => "INTEGER",
        Type::I64 | Type::U32 | Type::Duration => "BIGINT",
        Type::U64 | Type::Decimal => "NUMERIC",
        Type::F32 => "REAL",
        Type::F64 => "DOUBLE PRECISION",
        Type::Bytes => "BYTEA",
        Type::Date => "DATE",
        Type::Time => "TIME",
        Type::DateTime => "TIMESTAMP",
        Type::Timestamp => "TIMESTAMPTZ",
        Type::Uuid => "UUID",
        Type::Json => "JSONB",
        Type::Text | Type::Enum(_) | Type::Array(_) | Type::Hstore => "TEXT",
    };
    format!("{name}[]")
}

fn text(max_length: Option<u32>) -> ColumnSql {
    match max_length {
        Some(length @ 1..=LONGEST) => ColumnSql::text(format!("VARCHAR({length})"), "\"C\""),
        Some(length) => ColumnSql {
            checks: vec![format!("char_length({{x}}) <= {length}")],
            ..ColumnSql::text("TEXT", "\"C\"")
        },
        None => ColumnSql::text("TEXT", "\"C\""),
    }
}
