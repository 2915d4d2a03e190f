//! What becomes of the values of a column whose `db_type` changes, while its Rust type stays.
//!
//! The names of types are all that is known of them. PostgreSQL can be asked for any two whether a value comes back the
//! same; MySQL and MariaDB, which have no such cast, only for exact numbers, texts and times.

use super::convert::Conversion;
use crate::driver::Backend;
use crate::error::Result;
use crate::schema::TableColumn;
use crate::sql::ddl::own_type;
use crate::sql::dialect::{self, Dialect};

/// The conversion; none if nobody knows whether the server would cut or round a value.
///
/// # Errors
///
/// Those of a type that the backend lacks.
pub(super) fn conversion(
    dialect: &Dialect,
    old: &TableColumn,
    new: &TableColumn,
) -> Result<Option<Conversion>> {
    let (was, is) = (name(dialect, old)?, name(dialect, new)?);
    if was.eq_ignore_ascii_case(&is) {
        return Ok(Some(Conversion::default()));
    }
    let lost = match dialect.backend {
        Backend::Postgres => {
            let lost = vec![format!("{{x}}::{is}::{was} IS DISTINCT FROM {{x}}")];
            return Ok(Some(Conversion { value: Some(format!("{{x}}::{is}")), lost }));
        }
        Backend::Sqlite => sqlite(&was, &is),
        Backend::MySql | Backend::MariaDb => mysql(&was, &is),
    };
    Ok(lost.map(|lost| Conversion { value: None, lost }))
}

/// The type as it is declared.
fn name(dialect: &Dialect, column: &TableColumn) -> Result<String> {
    // Whether it is indexed is of no account: it is the same for both.
    let mut sql = (dialect.column)(&dialect::Column { def: column, indexed: false })?;
    own_type::apply(dialect, column, &mut sql)?;
    Ok(sql.ty)
}

/// Tables are `STRICT`, and a type is the usual one or `ANY`.
fn sqlite(was: &str, is: &str) -> Option<Vec<String>> {
    let full = |ty: &str| match ty.to_ascii_uppercase().as_str() {
        "INT" => "INTEGER".to_owned(),
        other => other.to_owned(),
    };
    let (was, is) = (full(was), full(is));
    if is == "ANY" || was == is {
        return Some(Vec::new());
    }
    let storage = is.to_ascii_lowercase();
    Some(vec![format!("typeof({{x}}) NOT IN ('null', '{storage}')")])
}

fn mysql(was: &str, is: &str) -> Option<Vec<String>> {
    let (was, is) = (Native::of(was)?, Native::of(is)?);
    let lost = match (was, is) {
        // What is beyond its range is an error of the server, what is behind its digits is rounded.
        (Native::Exact(from), Native::Exact(to)) => {
            (from > to).then(|| format!("{{x}} <> TRUNCATE({{x}}, {to})"))
        }
        (Native::Time(one, from), Native::Time(other, to)) if one == other => {
            let cast = if one == "time" { "TIME" } else { "DATETIME" };
            (from > to).then(|| format!("{{x}} <> CAST({{x}} AS {cast}({to}))"))
        }
        (Native::Text | Native::Characters(_) | Native::Bytes(_), Native::Characters(most)) => {
            Some(format!("CHAR_LENGTH({{x}}) > {most}"))
        }
        (Native::Text | Native::Characters(_) | Native::Bytes(_), Native::Bytes(most)) => {
            Some(format!("LENGTH({{x}}) > {most}"))
        }
        _ => return None,
    };
    Some(lost.into_iter().collect())
}

/// A type of MySQL or MariaDB, as far as a conversion goes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Native {
    /// Numbers with so many digits behind the point.
    Exact(u32),
    /// What is of that name, with so many digits of a second.
    Time(String, u32),
    /// Text of so many characters.
    Characters(u32),
    /// Text of so many bytes.
    Bytes(u32),
    /// Text of which the blanks at the end are not kept.
    Text,
}

impl Native {
    fn of(ty: &str) -> Option<Self> {
        let ty = ty.trim().to_ascii_lowercase();
        let (name, rest) = ty.split_at(ty.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(ty.len()));
        let (numbers, rest) = match rest.trim_start().strip_prefix('(') {
            Some(rest) => rest.split_once(')')?,
            None => ("", rest),
        };
        let mut numbers = numbers.split(',').map(|number| number.trim().parse::<u32>().ok());
        let (first, second) = (numbers.next().flatten(), numbers.next().flatten());
        let rest = rest.trim();
        let exact = |scale| matches!(rest, "" | "unsigned").then_some(Self::Exact(scale));
        match name {
            "tinyint" | "smallint" | "mediumint" | "int" | "integer" | "bigint" => exact(0),
            "decimal" | "numeric" | "dec" | "fixed" => exact(second.unwrap_or_default()),
            _ if !rest.is_empty() => None,
            "datetime" | "timestamp" | "time" => Some(Self::Time(name.to_owned(), first.unwrap_or_default())),
            "varchar" => first.map(Self::Characters),
            "char" => Some(Self::Text),
            "tinytext" => Some(Self::Bytes(u8::MAX.into())),
            "text" => first.is_none().then_some(Self::Bytes(u16::MAX.into())),
            "mediumtext" => Some(Self::Bytes((1 << 24) - 1)),
            "longtext" => Some(Self::Bytes(u32::MAX)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(was: &str, is: &str) -> Option<String> {
        mysql(was, is).map(|lost| lost.join(" OR "))
    }

    #[test]
    fn what_mysql_would_round_or_cut_is_counted_or_refused() {
        assert_eq!(lost("DECIMAL(10, 4)", "numeric(10,2)").as_deref(), Some("{x} <> TRUNCATE({x}, 2)"));
        assert_eq!(lost("DECIMAL(10)", "bigint unsigned").as_deref(), Some(""));
        assert_eq!(lost("datetime(6)", "DATETIME").as_deref(), Some("{x} <> CAST({x} AS DATETIME(0))"));
        assert_eq!(lost("datetime", "datetime(6)").as_deref(), Some(""));
        assert_eq!(lost("VARCHAR(33)", "TINYTEXT").as_deref(), Some("LENGTH({x}) > 255"));
        assert_eq!(lost("char(4)", "varchar(3)").as_deref(), Some("CHAR_LENGTH({x}) > 3"));
        for (was, is) in [
            ("varchar(3)", "char(3)"),
            ("double", "decimal(4)"),
            ("decimal(4)", "double"),
            ("datetime(6)", "date"),
            ("timestamp", "datetime"),
            ("varchar(3) character set latin1", "varchar(3)"),
            ("json", "text"),
        ] {
            assert_eq!(lost(was, is), None, "{was} to {is}");
        }
    }
}
