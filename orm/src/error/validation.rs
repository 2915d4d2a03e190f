//! Values that break rules of their fields, as data.

use std::fmt;

/// A field whose value breaks rules of `#[field(validate(..))]`, in one row.
///
/// The messages say which rule is broken, and never the value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Invalid {
    /// The place of the row among those of a `bulk_create`, from 0; 0 for every other write.
    pub row: usize,
    /// The field's name; `field.inner` for one of an embedded struct.
    pub field: &'static str,
    /// A message for each rule that is broken.
    pub messages: Vec<String>,
}

impl Invalid {
    #[cfg(feature = "validate")]
    pub(crate) fn new(row: usize, field: &'static str, messages: Vec<String>) -> Self {
        Self { row, field, messages }
    }
}

/// How many fields an error names in its text.
const NAMED: usize = 8;

/// All of them in a line, many of them cut.
pub(super) fn display(all: &[Invalid], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let many_rows = all.iter().any(|invalid| invalid.row > 0);
    f.write_str("invalid")?;
    for (at, invalid) in all.iter().take(NAMED).enumerate() {
        f.write_str(if at == 0 { ": " } else { "; " })?;
        if many_rows {
            write!(f, "row {}, ", invalid.row)?;
        }
        write!(f, "`{}` {}", invalid.field, invalid.messages.join(", "))?;
    }
    match all.len().saturating_sub(NAMED) {
        0 => Ok(()),
        more => write!(f, "; and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn many_fields_are_counted_not_named() {
        let invalid = |row| Invalid { row, field: "email", messages: vec!["empty".into(), "no `@`".into()] };
        let text = |rows| ErrorKind::Validation { invalid: (0..rows).map(invalid).collect() }.to_string();
        assert_eq!(text(1), "invalid: `email` empty, no `@`");
        assert_eq!(text(2), "invalid: row 0, `email` empty, no `@`; row 1, `email` empty, no `@`");
        assert!(text(30).ends_with("; and 22 more"), "{}", text(30));
    }
}
