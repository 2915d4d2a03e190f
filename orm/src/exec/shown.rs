//! Queries as `Debug` shows them: the SQL that would be sent, and the values in it.

use std::fmt;

use super::choose::backend_of;
use crate::driver::{Backend, Server};
use crate::plan::secret::secrets;
use crate::plan::{Plan, Select};
use crate::sql;
use crate::types::Value;

/// Stands for a value of a sensitive field, and for one that looks like one.
const HIDDEN: &str = "<hidden>";

/// Shows what reading the rows of a query would send: for the backend of its model's database, if that is known, else for
/// one that the build has.
pub(crate) fn show(name: &str, select: &Select, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut select = select.clone();
    select.order_by_default();
    let backend = backend_of(select.table).unwrap_or_else(some_backend);
    let plan = Plan::Select(Box::new(select));
    let mut out = f.debug_struct(name);
    out.field("model", &plan.table().model);
    match sql::prepare(&plan, Server::oldest_supported(backend)) {
        Ok(prepared) => {
            let secrets = secrets(&plan);
            let args = prepared.args();
            let values: Vec<_> =
                args.iter().map(|arg| Shown { value: arg.value, secrets: &secrets }).collect();
            out.field("backend", &backend);
            out.field("sql", &sql::shown(prepared.sql()));
            out.field("values", &values)
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
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut own = Vec::new();
        crate::plan::secret::text_of(self.value, &mut own);
        if own.iter().any(|text| self.secrets.contains(text)) {
            return f.write_str(HIDDEN);
        }
        match own.as_slice() {
            [text] if matches!(self.value, Value::Text(_)) => write!(f, "{text:?}"),
            [text] => f.write_str(text),
            _ => write!(f, "{:?}", self.value),
        }
    }
}
