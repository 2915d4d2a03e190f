//! Queries as `Debug` shows them: the SQL that would be sent, and the values in it.

use std::fmt;

use super::choose::server_of;
use crate::driver::{Backend, Server};
use crate::plan::secret::{names_sensitive, secrets, text_of};
use crate::plan::{Plan, Select};
use crate::sql;
use crate::types::Value;

/// Stands for a value of a sensitive field, and for one that looks like one.
const HIDDEN: &str = "<hidden>";

/// No more values are shown, nor more characters of one.
const MOST: usize = 100;

/// Shows what reading the rows of a query would send: for the backend of its model's database, if that is known, else for
/// one that the build has.
pub(crate) fn show(name: &str, select: &Select, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut select = select.clone();
    select.order_by_default();
    let server = server_of(select.table).unwrap_or_else(|| Server::oldest_supported(some_backend()));
    let plan = Plan::Select(Box::new(select));
    let mut out = f.debug_struct(name);
    out.field("model", &plan.table().model);
    match sql::prepare(&plan, server) {
        Ok(prepared) => {
            let secrets = secrets(&plan);
            let args = prepared.args();
            let no_bools = names_sensitive(&plan);
            let shown = |value| Shown { value, secrets: &secrets, no_bools };
            let values: Vec<_> = args.iter().take(MOST).map(|arg| shown(arg.value)).collect();
            out.field("backend", &server.backend);
            out.field("sql", &sql::shown(prepared.sql()));
            out.field("values", &values);
            if args.len() > MOST {
                out.field("and_more_values", &(args.len() - MOST));
            }
            &mut out
        }
        // As running it would.
        Err(error) => out.field("error", &error.to_string()),
    }
    .finish_non_exhaustive()
}

fn some_backend() -> Backend {
    let built = Backend::compiled_in();
    let first = built.first().copied().unwrap_or(Backend::Sqlite);
    if built.contains(&Backend::Postgres) { Backend::Postgres } else { first }
}

struct Shown<'a> {
    value: &'a Value,
    secrets: &'a [String],
    /// Whether one of two values would tell too much.
    no_bools: bool,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut own = Vec::new();
        text_of(self.value, &mut own);
        let is_secret = own.iter().any(|text| self.secrets.contains(text));
        match (self.value, own.as_slice()) {
            (Value::Bool(_), _) if self.no_bools => f.write_str(HIDDEN),
            _ if is_secret => f.write_str(HIDDEN),
            (Value::Bool(value), _) => write!(f, "{value}"),
            (Value::Text(text), _) if text.chars().count() > MOST => {
                write!(f, "{:?}…", text.chars().take(MOST).collect::<String>())
            }
            (Value::Text(text), _) => write!(f, "{text:?}"),
            (Value::Null(_), _) => f.write_str("NULL"),
            (Value::List(_, items) | Value::Array(_, items), _) if items.len() > MOST => {
                write!(f, "{} values", items.len())
            }
            (Value::Bytes(bytes), _) => write!(f, "{} bytes", bytes.len()),
            (_, [text]) => f.write_str(text),
            (value, _) => write!(f, "{value:?}"),
        }
    }
}
