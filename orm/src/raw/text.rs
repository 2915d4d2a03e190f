//! A text with named placeholders, made into one with those of its backend.

use std::fmt::Write as _;

use super::effect::Effect;
use super::lexer::{Kind, Lexer};
use super::params::{Param, Params};
use crate::driver::Backend;
use crate::error::{Error, ErrorKind, Result};
use crate::types::Value;

/// A text taken apart at its placeholders.
#[derive(Debug)]
pub(super) struct Text<'t> {
    /// What stands before each placeholder, and its name.
    pieces: Vec<(&'t str, &'t str)>,
    /// What stands behind the last.
    rest: &'t str,
    backend: Backend,
    pub(super) effect: Effect,
    /// Whether its body holds statements, as that of a trigger does.
    pub(super) holds_statements: bool,
}

/// A statement as it is sent.
#[derive(Debug)]
pub(super) struct Bound<'p> {
    pub(super) sql: String,
    /// The values of its placeholders, in their order.
    pub(super) values: Vec<&'p Value>,
}

impl<'t> Text<'t> {
    /// Takes a text apart.
    ///
    /// # Errors
    ///
    /// `MultipleStatements`; `InvalidQuery` for no statement, and for placeholders without a name.
    pub(super) fn parse(text: &'t str, backend: Backend) -> Result<Self> {
        let holds_statements = holds_statements(text, backend);
        let mut pieces = Vec::new();
        let mut copied = 0;
        let mut end = None;
        let mut is_empty = true;
        for token in Lexer::new(text, backend) {
            if let Some(at) = end
                && token.kind != Kind::End
                && !holds_statements
            {
                return Err(Error::new(ErrorKind::MultipleStatements { at }));
            }
            match token.kind {
                Kind::End => end = end.or(Some(token.start)),
                Kind::Positional => {
                    return Err(positional(text.get(token.start..token.end).unwrap_or_default()));
                }
                Kind::Named(name) => {
                    pieces.push((text.get(copied..token.start).unwrap_or_default(), name));
                    copied = token.end;
                }
                Kind::Word(_) | Kind::Quoted | Kind::Sign(_) => {}
            }
            is_empty &= token.kind == Kind::End;
        }
        if is_empty {
            return Err(invalid("the text holds no statement".to_owned()));
        }
        // Not every server takes a semicolon at the end.
        let end = end.filter(|_| !holds_statements).unwrap_or(text.len());
        let rest = text.get(copied..end).unwrap_or_default();
        Ok(Self { pieces, rest, backend, effect: Effect::of(text, backend), holds_statements })
    }

    /// Puts the backend's placeholders where the text names values.
    ///
    /// # Errors
    ///
    /// `MissingParameter`; `InvalidQuery` for a value that nothing names.
    pub(super) fn bind<'p>(&self, params: &'p Params) -> Result<Bound<'p>> {
        let mut out = Bound { sql: String::new(), values: Vec::new() };
        let mut used = vec![false; params.len()];
        for (before, name) in &self.pieces {
            let Some((at, param)) = params.find(name) else {
                return Err(Error::new(ErrorKind::MissingParameter { name: (*name).to_owned() }));
            };
            if let Some(used) = used.get_mut(at) {
                *used = true;
            }
            out.sql.push_str(before);
            place(&mut out, param, self.backend);
        }
        out.sql.push_str(self.rest);
        if params.are_exact()
            && let Some(at) = used.iter().position(|used| !used)
        {
            let name = params.name(at).unwrap_or_default();
            let reason = format!("the text has no placeholder `:{name}`, but a value is given for it");
            return Err(invalid(reason));
        }
        Ok(out)
    }
}

/// Whether there may be semicolons inside the statement: in the body of a trigger or a routine.
pub(super) fn holds_statements(text: &str, backend: Backend) -> bool {
    let bodies = ["trigger", "procedure", "function", "event", "package", "rule"];
    let others =
        ["table", "view", "index", "database", "schema", "user", "role", "sequence", "type", "server"];
    let mut first = true;
    // Behind a definer comes an account, which may be called anything, and then what has a body, or a view.
    let mut has_definer = false;
    for token in Lexer::new(text, backend) {
        let word = match token.kind {
            Kind::Word(word) => word.to_ascii_lowercase(),
            Kind::End => return false,
            // The names of what is made, and its columns, come behind what it is.
            Kind::Sign(b'(') if !has_definer => return false,
            _ => continue,
        };
        match &*word {
            word if first && word != "create" => return false,
            "definer" => has_definer = true,
            word if bodies.contains(&word) => return true,
            word if others.contains(&word) && !has_definer => return false,
            // `CREATE DEFINER = me VIEW event AS ..`
            "view" => return false,
            _ => {}
        }
        first = false;
    }
    false
}

/// Writes the placeholder, or several for a list.
fn place<'p>(out: &mut Bound<'p>, param: &'p Param, backend: Backend) {
    let mark = |out: &mut Bound<'p>, value: &'p Value| {
        out.values.push(value);
        if backend == Backend::Postgres {
            let _ = write!(out.sql, "${}", out.values.len());
        } else {
            out.sql.push('?');
        }
    };
    match param {
        Param::One(value) => mark(out, value),
        // Nothing is in it, and everything is not in it: a list of NULL would be neither.
        Param::List { values, null } if values.is_empty() => match backend {
            Backend::Postgres => {
                out.sql.push_str("SELECT ");
                mark(out, null);
                out.sql.push_str(" WHERE 1 = 0");
            }
            Backend::Sqlite => out.sql.push_str("SELECT NULL WHERE 1 = 0"),
            Backend::MySql | Backend::MariaDb => out.sql.push_str("SELECT NULL FROM DUAL WHERE 1 = 0"),
        },
        Param::List { values, .. } => {
            for (at, value) in values.iter().enumerate() {
                if at > 0 {
                    out.sql.push_str(", ");
                }
                mark(out, value);
            }
        }
    }
}

#[cold]
fn positional(found: &str) -> Error {
    invalid(format!("`{found}` has no name: write placeholders as `:name`, and give their values by name"))
}

#[cold]
fn invalid(reason: String) -> Error {
    Error::new(ErrorKind::InvalidQuery { reason })
}

#[cfg(test)]
mod tests {
    use super::super::IntoParams as _;
    use super::*;
    use crate::params;

    fn sql(text: &str, params: &Params, backend: Backend) -> Result<String> {
        Text::parse(text, backend)?.bind(params).map(|bound| bound.sql)
    }

    #[test]
    fn each_backend_gets_its_own_placeholders() {
        let params = params! { a: 1_i32, b: "x" };
        let text = "SELECT :b, ':a', :a::int, :b";
        assert_eq!(sql(text, &params, Backend::Postgres).unwrap(), "SELECT $1, ':a', $2::int, $3");
        assert_eq!(sql(text, &params, Backend::Sqlite).unwrap(), "SELECT ?, ':a', ?::int, ?");
        let text = Text::parse(text, Backend::MySql).unwrap();
        assert_eq!(
            text.bind(&params).unwrap().values,
            [&Value::Text("x".into()), &Value::Int(1), &Value::Text("x".into())]
        );
    }

    #[test]
    fn lists_spread() {
        let params = params! { ids: crate::list([1_i64, 2]), none: crate::list([0_i64; 0]) };
        let text = "SELECT 1 WHERE a IN (:ids) AND b NOT IN (:none)";
        assert_eq!(
            sql(text, &params, Backend::Postgres).unwrap(),
            "SELECT 1 WHERE a IN ($1, $2) AND b NOT IN (SELECT $3 WHERE 1 = 0)"
        );
        assert_eq!(
            sql(text, &params, Backend::MariaDb).unwrap(),
            "SELECT 1 WHERE a IN (?, ?) AND b NOT IN (SELECT NULL FROM DUAL WHERE 1 = 0)"
        );
    }

    #[test]
    fn one_statement_a_text() {
        let none = Params::default();
        for fine in ["SELECT 1;", "SELECT 1 ; ; -- and no more", "SELECT ';'"] {
            assert!(sql(fine, &none, Backend::Sqlite).is_ok(), "{fine}");
        }
        let error = sql("SELECT 1; SELECT 2", &none, Backend::Postgres).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::MultipleStatements { at: 8 });
        let trigger = "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2; END";
        assert!(sql(trigger, &none, Backend::Sqlite).is_ok());
        for two in
            ["CREATE TABLE a (b int, event text); DROP TABLE a", "CREATE TABLE event AS SELECT 1; SELECT 2"]
        {
            let error = sql(two, &none, Backend::MySql).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::MultipleStatements { .. }), "{two}");
        }
        for routine in [
            "CREATE DEFINER=me@here PROCEDURE a() BEGIN SELECT 1; END",
            "create or replace function a() begin; end",
        ] {
            assert!(sql(routine, &none, Backend::MariaDb).is_ok(), "{routine}");
        }
        for empty in ["", " -- nothing", ";"] {
            assert!(matches!(
                sql(empty, &none, Backend::MySql).unwrap_err().kind(),
                ErrorKind::InvalidQuery { .. }
            ));
        }
    }

    #[test]
    fn names_and_values_belong_together() {
        let params = params! { a: 1_i32 };
        let error = sql("SELECT :a, :b", &params, Backend::Sqlite).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::MissingParameter { name: "b".into() });
        let error = sql("SELECT 1", &params, Backend::Sqlite).unwrap_err();
        assert!(error.to_string().contains("no placeholder `:a`"), "{error}");
        let error = sql("SELECT ?", &params, Backend::Sqlite).unwrap_err();
        assert!(error.to_string().contains("write placeholders as `:name`"), "{error}");
        // A map may hold more than is asked for.
        let map = [("a", 1_i32), ("b", 2)].into_params();
        assert!(sql("SELECT :a", &map, Backend::Sqlite).is_ok());
    }
}
