//! `DEFAULT`: what the database fills in.

use super::schema;
use crate::driver::{Backend, Server};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Default, Literal, TableColumn};
use crate::sql::dialect::{Dialect, array_type};
use crate::types::{EnumDef, EnumValue, Type};

/// What stands behind `DEFAULT`, if the column has one.
pub(super) fn default(dialect: &Dialect, server: Server, column: &TableColumn) -> Result<Option<String>> {
    Ok(Some(match &column.default {
        Default::None => return Ok(None),
        Default::Value(value) => of_literal(dialect, value, column)?,
        Default::Now => format!("({})", (dialect.now)(column.ty)),
        Default::Uuid => {
            if server.backend == Backend::MariaDb && server.version < (10, 10, 0) {
                // Which alone has no random bytes.
                return Err(unsupported("random UUIDs as defaults, before version 10.10,", dialect));
            }
            format!("({})", dialect.random_uuid)
        }
        Default::Sql(texts) => match texts.get(dialect.backend) {
            Some(sql) => format!("({sql})"),
            None => return Err(unsupported("SQL in this `db_default`", dialect)),
        },
    }))
}

/// Whether the literal is one of the values of the enum.
pub(super) fn is_value(def: &EnumDef, value: &Literal) -> bool {
    def.variants.iter().any(|variant| match (variant.value, value) {
        (EnumValue::Text(own), Literal::Text(text)) => own == text,
        (EnumValue::Int(own), Literal::Int(number)) => i128::from(own) == *number,
        _ => false,
    })
}

fn of_literal(dialect: &Dialect, value: &Literal, def: &TableColumn) -> Result<String> {
    if let Type::Enum(values) = def.ty
        && !is_value(values, value)
    {
        return Err(schema("the default of the database is none of the values of the enum"));
    }
    let scaled = dialect.scaled_decimals.then_some(def.precision).flatten();
    let number = match value {
        Literal::Bool(value) => {
            return Ok(match (value, dialect.backend) {
                (true, Backend::Postgres) => "TRUE",
                (false, Backend::Postgres) => "FALSE",
                (true, _) => "1",
                (false, _) => "0",
            }
            .to_owned());
        }
        Literal::Text(text) => return of_text(dialect, text, def),
        Literal::Array(items) => return of_array(dialect, items, def),
        Literal::Int(value) => value.to_string(),
        Literal::Float(value) if def.ty == Type::Decimal => value.to_string(),
        // An integer to some backends, unless it has a point.
        Literal::Float(value) => format!("{value:?}"),
    };
    if def.ty == Type::U64 && dialect.backend == Backend::Sqlite && number.parse::<i64>().is_err() {
        return Err(schema("the default of the database is above the `i64::MAX` that SQLite holds"));
    }
    match (def.ty, def.precision) {
        (Type::Decimal, Some((precision, scale))) => decimal(&number, precision, scale, scaled.is_some()),
        _ => Ok(number),
    }
}

/// The number, its digits checked, and counted in the last of them where decimals are kept so.
fn decimal(number: &str, precision: u8, scale: u8, scaled: bool) -> Result<String> {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (before, behind) = digits.split_once('.').unwrap_or((digits, ""));
    let (before, behind) = (before.trim_start_matches('0'), behind.trim_end_matches('0'));
    let scale = usize::from(scale);
    if behind.len() > scale || before.len() + scale > usize::from(precision) {
        return Err(schema("the default of the database has more digits than the field"));
    }
    if !scaled {
        return Ok(number.to_owned());
    }
    let counted = format!("{before}{behind:0<scale$}");
    let counted = counted.trim_start_matches('0');
    Ok(if counted.is_empty() { "0".to_owned() } else { format!("{sign}{counted}") })
}

fn of_array(dialect: &Dialect, items: &[Literal], def: &TableColumn) -> Result<String> {
    let Type::Array(of) = def.ty else {
        return Err(schema("the default of the database is an array, and the field is none"));
    };
    let element = TableColumn { ty: of.element, ..def.clone() };
    let items: Result<Vec<_>> = items.iter().map(|item| of_literal(dialect, item, &element)).collect();
    Ok(format!("CAST(ARRAY[{}] AS {})", items?.join(", "), array_type(of)))
}

fn of_text(dialect: &Dialect, text: &str, def: &TableColumn) -> Result<String> {
    if text.contains('\0') {
        return Err(schema("the default of the database holds a NUL character"));
    }
    let text = super::text(dialect, text);
    // MySQL gives long text only expressions for defaults.
    let long = dialect.backend == Backend::MySql
        && def.ty == Type::Text
        && def.max_length.is_none_or(|length| length > 16_383);
    Ok(if long { format!("({text})") } else { text })
}

#[cold]
fn unsupported(feature: &'static str, dialect: &Dialect) -> Error {
    Error::new(ErrorKind::Unsupported { feature, backend: dialect.backend.name() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_counted_in_their_last_digit() {
        for (number, counted) in [("1.5", "150"), ("-0.05", "-5"), ("0", "0"), ("12", "1200"), ("-0.0", "0")]
        {
            assert_eq!(decimal(number, 5, 2, true).expect("fits"), counted);
        }
        for number in ["0.001", "1000", "-1234.5"] {
            assert!(decimal(number, 5, 2, true).is_err(), "{number}");
            assert!(decimal(number, 5, 2, false).is_err(), "{number}");
        }
    }

    #[test]
    fn an_enum_has_the_default_or_it_is_refused() {
        let values = [EnumValue::Text("on"), EnumValue::Text("off")];
        let ty = crate::types::intern::enumeration(Type::Text, None, &values);
        let column = |text: &str| TableColumn {
            default: Default::Value(Literal::Text(text.to_owned())),
            ..TableColumn::new("state", ty)
        };
        let server = Server::with_everything(Backend::Sqlite);
        let of = |text| default(crate::sql::dialect::of(Backend::Sqlite), server, &column(text));
        assert_eq!(of("off").expect("one of them").as_deref(), Some("'off'"));
        let error = of("away").expect_err("none of them");
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error}");
    }
}
