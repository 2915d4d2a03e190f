//! Texts of several statements.

use super::lexer::{Kind, Lexer};
use super::text::holds_statements;
use crate::driver::Backend;

/// The statements of a text, each without the semicolon behind it. From one on that makes a trigger or a routine, whose
/// body may hold semicolons, the rest of the text is one statement.
pub(crate) fn statements(text: &str, backend: Backend) -> Vec<String> {
    let mut statements = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if holds_statements(rest, backend) {
            let whole = rest.trim().trim_end_matches(';').trim_end();
            statements.push(whole.to_owned());
            break;
        }
        let mut is_empty = true;
        let mut end = None;
        for token in Lexer::new(rest, backend) {
            if token.kind == Kind::End {
                end = Some((token.start, token.end));
                break;
            }
            is_empty = false;
        }
        let (until, next) = end.unwrap_or((rest.len(), rest.len()));
        if !is_empty {
            statements.push(rest.get(..until).unwrap_or_default().trim().to_owned());
        }
        rest = rest.get(next..).unwrap_or_default();
    }
    statements
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::*;

    #[test]
    fn semicolons_between_quotes_end_nothing() {
        let text = "SELECT ';'; -- ; \n UPDATE t SET x = 1;; /* none */ ;";
        assert_eq!(statements(text, Backend::Postgres), ["SELECT ';'", "-- ; \n UPDATE t SET x = 1"]);
        let text = "DELETE FROM t; CREATE TRIGGER a AFTER INSERT ON t BEGIN DELETE FROM u; END;";
        let expected = ["DELETE FROM t", "CREATE TRIGGER a AFTER INSERT ON t BEGIN DELETE FROM u; END"];
        assert_eq!(statements(text, Backend::Sqlite), expected);
        assert!(statements(" -- nothing\n", Backend::MySql).is_empty());
    }
}
