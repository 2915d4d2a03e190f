//! Types in SQL that would change what is written to them: refused where the type of the field is seen.
//!
//! A database cuts, rounds or pads without a word where a column has a type of fewer digits or characters. What only
//! the database knows of a type (a domain, a type of an extension) is left to it.

use crate::ctxt::Ctxt;
use crate::input::InputField;
use crate::ir::Kind;

/// Refuses types that do not keep every value of the field.
pub(super) fn keeps_values(ctxt: &Ctxt, field: &InputField) {
    let Some(given) = field.attr.db_type.get() else { return };
    for (backend, text) in given.value.some.iter().filter(|(backend, _)| *backend != "sqlite") {
        let ty = SqlType::of(text);
        let reason = match &field.shape.kind {
            Kind::Text => text_is_changed(&ty, backend).or_else(|| is_shorter(&ty, field)),
            Kind::Opaque => text_is_changed(&ty, backend),
            Kind::Bytes => bytes_are_changed(&ty, backend),
            Kind::Time => time_is_cut(&ty, backend, &field.shape.written),
            Kind::Float => float_is_rounded(&ty, backend, &field.shape.written),
            Kind::Integer => integer_is_rounded(&ty),
            Kind::Decimal => decimal_is_rounded(&ty, backend, field),
            Kind::Bool | Kind::Uuid | Kind::Reference(_) => None,
        };
        if let Some(reason) = reason {
            ctxt.error(given.span, format_args!("on {backend}, `{text}` {reason}"));
        }
    }
}

/// A type in SQL, taken apart.
struct SqlType {
    /// Its words in capital letters.
    name: String,
    /// The numbers between parentheses.
    numbers: Vec<u32>,
}

impl SqlType {
    fn of(text: &str) -> Self {
        let upper = text.to_ascii_uppercase().replace(['"', '`'], "");
        let (before, rest) = upper.split_once('(').unwrap_or((&upper, ""));
        let (numbers, behind) = rest.split_once(')').unwrap_or((rest, ""));
        let words = before.split_whitespace().chain(behind.split_whitespace());
        let name = words.collect::<Vec<_>>().join(" ");
        let name = name.replace("[]", "");
        // Of a name with a schema, the last part.
        let name = name.rsplit('.').next().unwrap_or_default().trim().to_owned();
        Self { name, numbers: numbers.split(',').filter_map(|number| number.trim().parse().ok()).collect() }
    }

    /// Whether its first word is one of these.
    fn is(&self, words: &[&str]) -> bool {
        self.name.split(' ').next().is_some_and(|first| words.contains(&first))
    }

    fn is_varying(&self) -> bool {
        self.is(&["VARCHAR", "VARCHAR2", "NVARCHAR"]) || self.name.contains(" VARYING")
    }
}

fn is_postgres(backend: &str) -> bool {
    backend == "postgres"
}

fn text_is_changed(ty: &SqlType, backend: &str) -> Option<&'static str> {
    if !ty.is_varying() && ty.is(&["CHAR", "CHARACTER", "NCHAR", "NATIONAL", "BPCHAR"]) {
        return Some(match is_postgres(backend) {
            true => {
                "fills text up with blanks, so that it is not found by its own value: write `VARCHAR(..)`"
            }
            false => "loses blanks at the end of text: write `VARCHAR(..)`",
        });
    }
    (is_postgres(backend) && ty.name == "NAME").then_some("cuts text: write `VARCHAR(..)`")
}

/// Blanks beyond the length of a column are cut without an error.
fn is_shorter(ty: &SqlType, field: &InputField) -> Option<&'static str> {
    let length = *ty.numbers.first().filter(|_| ty.is_varying())?;
    let shorter = field.attr.max_length.value().is_none_or(|most| length < *most);
    shorter.then_some("is shorter than the text of the field may be: write `max_length`, at most its length")
}

fn bytes_are_changed(ty: &SqlType, backend: &str) -> Option<&'static str> {
    let padded = !is_postgres(backend) && !ty.name.contains("VARYING") && ty.is(&["BINARY", "CHAR"]);
    padded.then_some("fills bytes up with zeros: write `VARBINARY(..)`")
}

fn time_is_cut(ty: &SqlType, backend: &str, written: &str) -> Option<&'static str> {
    let (date, time) = (written.ends_with("NaiveDate"), written.ends_with("NaiveTime"));
    if date {
        return None;
    }
    if ty.name == "DATE" {
        return Some("has no time: write a type that keeps the field");
    }
    if !time && ty.is(&["TIME", "TIMETZ"]) {
        return Some("has no date: write a type that keeps the field");
    }
    if !ty.is(&["TIME", "TIMETZ", "TIMESTAMP", "TIMESTAMPTZ", "DATETIME"]) {
        return None;
    }
    // Without a number, PostgreSQL keeps six digits of a second and the others none.
    let digits = ty.numbers.first().copied().unwrap_or(if is_postgres(backend) { 6 } else { 0 });
    (digits < 6).then_some("does not keep microseconds: write it with `(6)`")
}

fn float_is_rounded(ty: &SqlType, backend: &str, written: &str) -> Option<&'static str> {
    let single = written.ends_with("f32");
    let integers = is_integer(ty) || ty.is(&DECIMALS);
    let short = match ty.numbers.first() {
        Some(bits) if ty.is(&["FLOAT"]) => *bits < 25,
        _ => ty.is(&["REAL", "FLOAT4"]) || (ty.is(&["FLOAT"]) && !is_postgres(backend)),
    };
    // MySQL and MariaDB round to so many digits.
    let digits = ty.numbers.len() == 2 && !is_postgres(backend);
    let rounded = integers || digits || (short && !single);
    rounded.then_some(match single {
        true => "does not keep every number: write `REAL` or `FLOAT`",
        false => "does not keep every number: write `DOUBLE PRECISION`",
    })
}

fn integer_is_rounded(ty: &SqlType) -> Option<&'static str> {
    let floats = ["REAL", "FLOAT", "FLOAT4", "FLOAT8", "DOUBLE"];
    ty.is(&floats).then_some("does not keep every integer: write a type of integers")
}

fn decimal_is_rounded(ty: &SqlType, backend: &str, field: &InputField) -> Option<&'static str> {
    let other = is_integer(ty) || ty.is(&["REAL", "FLOAT", "FLOAT4", "FLOAT8", "DOUBLE", "MONEY"]);
    let own = field.attr.precision.value().zip(field.attr.scale.value());
    let own = own.map(|(precision, scale)| [u32::from(precision.0), u32::from(scale.0)]);
    let same = match ty.numbers[..] {
        // As many digits as there are; on MySQL and MariaDB ten, none of them behind the point.
        [] => is_postgres(backend) || own == Some([10, 0]),
        [precision] => own.is_none_or(|own| own == [precision, 0]),
        [precision, scale, ..] => own.is_none_or(|own| own == [precision, scale]),
    };
    (other || (ty.is(&DECIMALS) && !same))
        .then_some("does not have the digits of the field: write the `precision` and `scale` of the field")
}

const DECIMALS: [&str; 4] = ["NUMERIC", "DECIMAL", "DEC", "FIXED"];

fn is_integer(ty: &SqlType) -> bool {
    let names =
        ["INT", "INTEGER", "INT2", "INT4", "INT8", "TINYINT", "SMALLINT", "MEDIUMINT", "BIGINT", "BIT"];
    ty.is(&names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_taken_apart() {
        let of = |text| {
            let ty = SqlType::of(text);
            (ty.name, ty.numbers)
        };
        assert_eq!(of("character varying (3)"), ("CHARACTER VARYING".into(), vec![3]));
        assert_eq!(of("timestamp(0) with time zone"), ("TIMESTAMP WITH TIME ZONE".into(), vec![0]));
        assert_eq!(of("pg_catalog.\"char\""), ("CHAR".into(), vec![]));
        assert_eq!(of("numeric( 5 , 2 )[]"), ("NUMERIC".into(), vec![5, 2]));
        assert_eq!(of(""), (String::new(), vec![]));
    }

    #[test]
    fn what_keeps_every_value() {
        for (ty, backend) in [("VARCHAR(4)", "postgres"), ("text", "mysql"), ("char varying(4)", "postgres")]
        {
            assert_eq!(text_is_changed(&SqlType::of(ty), backend), None, "{ty}");
        }
        for (ty, backend, written) in [
            ("TIMESTAMPTZ", "postgres", "DateTime<Utc>"),
            ("TIMESTAMP(6)", "mysql", "DateTime<Utc>"),
            ("DATE", "mysql", "NaiveDate"),
            ("TIME", "postgres", "NaiveTime"),
        ] {
            assert_eq!(time_is_cut(&SqlType::of(ty), backend, written), None, "{ty}");
        }
        for (ty, backend, written) in [
            ("FLOAT", "postgres", "f64"),
            ("FLOAT(53)", "mysql", "f64"),
            ("DOUBLE", "mysql", "f64"),
            ("FLOAT", "mysql", "f32"),
        ] {
            assert_eq!(float_is_rounded(&SqlType::of(ty), backend, written), None, "{ty}");
        }
        assert_eq!(integer_is_rounded(&SqlType::of("NUMERIC(12)")), None);
        assert_eq!(bytes_are_changed(&SqlType::of("VARBINARY(12)"), "mysql"), None);
    }
}
