//! Conventions for the names of tables and columns.

use super::ColumnDef;

/// A way to write a name of several words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameCase {
    /// `blog_post`
    Snake,
    /// `blogPost`
    Camel,
    /// `BlogPost`
    Pascal,
    /// `BLOG_POST`
    ScreamingSnake,
}

/// How tables and columns are called whose model does not name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Naming {
    /// The tables; in snake case without it.
    pub tables: Option<NameCase>,
    /// Whether a table's name is a plural; it is not without it.
    pub plural: Option<bool>,
    /// The columns; as the fields are without it.
    pub columns: Option<NameCase>,
}

impl Naming {
    /// No conventions.
    pub const NONE: Self = Self { tables: None, plural: None, columns: None };

    /// These conventions, and those of `parent` where there is none.
    #[must_use]
    pub const fn extends(self, parent: Self) -> Self {
        Self {
            tables: if self.tables.is_some() { self.tables } else { parent.tables },
            plural: if self.plural.is_some() { self.plural } else { parent.plural },
            columns: if self.columns.is_some() { self.columns } else { parent.columns },
        }
    }

    /// The name of a table, from those in each case, singular and plural. Used by the derive.
    #[doc(hidden)]
    #[must_use]
    pub const fn table(self, names: &[&'static str; 8]) -> &'static str {
        let case = match self.tables {
            None | Some(NameCase::Snake) => 0,
            Some(NameCase::Camel) => 2,
            Some(NameCase::Pascal) => 4,
            Some(NameCase::ScreamingSnake) => 6,
        };
        let plural = matches!(self.plural, Some(true));
        names[case + plural as usize]
    }

    /// The name of a column, from what it is without a convention, and in each case. Used by the derive.
    #[doc(hidden)]
    #[must_use]
    pub const fn column(self, names: &[&'static str; 5]) -> &'static str {
        match self.columns {
            None => names[0],
            Some(NameCase::Snake) => names[1],
            Some(NameCase::Camel) => names[2],
            Some(NameCase::Pascal) => names[3],
            Some(NameCase::ScreamingSnake) => names[4],
        }
    }
}

/// Puts names together, one behind the other, each followed by a NUL; only counts what is too much for `out`.
pub(crate) struct Pen<'a> {
    pub(crate) out: &'a mut [u8],
    pub(crate) at: usize,
}

impl Pen<'_> {
    const fn byte(&mut self, byte: u8) {
        if self.at < self.out.len() {
            self.out[self.at] = byte;
        }
        self.at += 1;
    }

    /// Ends a name.
    pub(crate) const fn end(&mut self) {
        self.byte(0);
    }

    /// Text as it is.
    pub(crate) const fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut i = 0;
        while i < bytes.len() {
            self.byte(bytes[i]);
            i += 1;
        }
    }

    /// Text of words that underscores separate, in a case; `first` if no word stands before it.
    const fn words(&mut self, text: &str, case: NameCase, mut first: bool) {
        let bytes = text.as_bytes();
        let (mut start, mut i) = (true, 0);
        while i < bytes.len() {
            let byte = bytes[i];
            i += 1;
            match case {
                NameCase::Snake => self.byte(byte),
                NameCase::ScreamingSnake => self.byte(byte.to_ascii_uppercase()),
                NameCase::Camel | NameCase::Pascal if byte == b'_' => start = true,
                NameCase::Camel | NameCase::Pascal => {
                    let capital = start && !(first && matches!(case, NameCase::Camel));
                    self.byte(if capital { byte.to_ascii_uppercase() } else { byte });
                    (start, first) = (false, false);
                }
            }
        }
    }

    /// A column of an embedded struct. A `prefix` that is kept, and a name that was given, are nobody's convention.
    pub(crate) const fn embedded(
        &mut self,
        prefix: &str,
        kept: bool,
        column: &ColumnDef,
        case: Option<NameCase>,
    ) {
        match case {
            Some(case) if !column.given && kept => {
                self.text(prefix);
                self.words(column.name, case, true);
            }
            Some(case) if !column.given => {
                self.words(prefix, case, true);
                self.words(column.name, case, false);
            }
            _ => {
                self.text(prefix);
                self.text(column.name);
            }
        }
        self.end();
    }

    /// A column of a foreign key of several: the field's name, and that of the column it refers to.
    pub(crate) const fn reference(&mut self, field: &str, column: &str, case: Option<NameCase>) {
        match case {
            None => {
                self.text(field);
                self.text("_");
                self.text(column);
            }
            Some(case) => {
                self.words(field, case, true);
                if matches!(case, NameCase::Snake | NameCase::ScreamingSnake) {
                    self.text("_");
                }
                self.words(column, case, false);
            }
        }
        self.end();
    }
}

/// The first of the names, and the others behind it.
pub(crate) const fn next_name(names: &'static [u8]) -> (&'static str, &'static [u8]) {
    let mut end = 0;
    while end < names.len() && names[end] != 0 {
        end += 1;
    }
    let (name, rest) = names.split_at(end);
    let rest = if rest.is_empty() { rest } else { rest.split_at(1).1 };
    match core::str::from_utf8(name) {
        Ok(name) => (name, rest),
        // Never: names are cut where they were joined.
        Err(_) => ("", rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut Pen<'_>)) -> String {
        let mut empty = Pen { out: &mut [], at: 0 };
        write(&mut empty);
        let mut out = vec![0; empty.at];
        write(&mut Pen { out: &mut out, at: 0 });
        assert_eq!(out.pop(), Some(0));
        String::from_utf8(out).expect("text")
    }

    const CASES: [Option<NameCase>; 5] = [
        None,
        Some(NameCase::Snake),
        Some(NameCase::Camel),
        Some(NameCase::Pascal),
        Some(NameCase::ScreamingSnake),
    ];

    #[test]
    fn columns_of_embedded_structs() {
        let own = ColumnDef::of::<i64>("zip_code");
        let given = ColumnDef::of::<i64>("ZIP_x").given();
        let all = |prefix: &str, kept: bool, column: &ColumnDef| {
            CASES.map(|case| written(|pen| pen.embedded(prefix, kept, column, case)))
        };
        assert_eq!(
            all("home_", false, &own),
            ["home_zip_code", "home_zip_code", "homeZipCode", "HomeZipCode", "HOME_ZIP_CODE"]
        );
        assert_eq!(
            all("to_", true, &own),
            ["to_zip_code", "to_zip_code", "to_zipCode", "to_ZipCode", "to_ZIP_CODE"]
        );
        assert_eq!(all("", true, &own), ["zip_code", "zip_code", "zipCode", "ZipCode", "ZIP_CODE"]);
        assert_eq!(all("home_", false, &given), ["home_ZIP_x"; 5]);
    }

    #[test]
    fn columns_of_foreign_keys() {
        let all = CASES.map(|case| written(|pen| pen.reference("the_line", "invoiceId", case)));
        assert_eq!(
            all,
            [
                "the_line_invoiceId",
                "the_line_invoiceId",
                "theLineInvoiceId",
                "TheLineInvoiceId",
                "THE_LINE_INVOICEID"
            ]
        );
        let all = CASES.map(|case| written(|pen| pen.reference("über", "ärger_nr", case)));
        assert_eq!(all, ["über_ärger_nr", "über_ärger_nr", "überärgerNr", "überärgerNr", "üBER_äRGER_NR"]);
    }

    #[test]
    fn what_is_said_goes_before() {
        let own = Naming { plural: Some(false), ..Naming::NONE };
        let parent =
            Naming { tables: Some(NameCase::Pascal), plural: Some(true), columns: Some(NameCase::Camel) };
        assert_eq!(own.extends(parent), Naming { plural: Some(false), ..parent });
        assert_eq!(Naming::NONE.extends(parent), parent);
        let names = ["a", "as", "b", "bs", "c", "cs", "d", "ds"];
        assert_eq!(
            (parent.table(&names), own.table(&names), own.extends(parent).table(&names)),
            ("cs", "a", "c")
        );
        assert_eq!(
            (parent.column(&["0", "1", "2", "3", "4"]), own.column(&["0", "1", "2", "3", "4"])),
            ("2", "0")
        );
    }
}
