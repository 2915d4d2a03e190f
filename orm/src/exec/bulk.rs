//! Many new rows in few statements, all or none.

use super::create::fill;
use super::{Lease, identity, perform};
use crate::driver::{Backend, Server};
use crate::error::Result;
use crate::model::{Field, Table, Values, push_columns};
use crate::plan::{Conflict, Insert, Plan, Rows};
use crate::types::{Type, Value};

/// Inserts the rows and says how many they were.
pub(super) async fn create(lease: &mut Lease<'_>, table: &'static Table, values: Values) -> Result<u64> {
    identity::advance(lease, table, &values.0).await?;
    let plans = plans(table, values, lease.server(), &Conflict::Refused);
    run(lease, &plans).await
}

/// Runs the statements, all or none, and says how many rows they were about.
pub(super) async fn run(lease: &mut Lease<'_>, plans: &[Plan]) -> Result<u64> {
    match plans {
        [] => Ok(0),
        [plan] => Ok(perform::execute(lease, plan, &mut ()).await?.affected),
        plans => {
            lease.begin().await?;
            let result = each(lease, plans).await;
            match &result {
                Ok(_) => lease.commit().await?,
                Err(error) => lease.rollback(error).await,
            }
            result
        }
    }
}

pub(super) async fn each(lease: &mut Lease<'_>, plans: &[Plan]) -> Result<u64> {
    let mut affected = 0;
    for plan in plans {
        affected += perform::execute(lease, plan, &mut ()).await?.affected;
    }
    Ok(affected)
}

/// The statements, in the order of the rows.
///
/// Neighbouring rows that give values to the same fields go together.
pub(super) fn plans(table: &'static Table, values: Values, server: Server, conflict: &Conflict) -> Vec<Plan> {
    let width = table.fields.len().max(1);
    let mut rows = fill(table, values).0.into_iter();
    let mut plans = Vec::new();
    let mut run: Option<Run> = None;
    loop {
        let row: Vec<Option<Value>> = rows.by_ref().take(width).collect();
        if row.is_empty() {
            break;
        }
        let given: Vec<bool> = row.iter().map(Option::is_some).collect();
        if let Some(done) = run.take_if(|run| run.given != given) {
            done.finish(table, server, conflict, &mut plans);
        }
        run.get_or_insert_with(|| Run::new(table, given)).push(row);
    }
    if let Some(run) = run {
        run.finish(table, server, conflict, &mut plans);
    }
    plans
}

/// Neighbouring rows that give values to the same fields.
struct Run {
    given: Vec<bool>,
    fields: Vec<&'static Field>,
    values: Vec<Value>,
    /// About how many bytes each row takes.
    sizes: Vec<usize>,
}

impl Run {
    fn new(table: &'static Table, given: Vec<bool>) -> Self {
        let fields =
            table.fields.iter().zip(&given).filter(|(_, given)| **given).map(|(field, _)| field).collect();
        Self { given, fields, values: Vec::new(), sizes: Vec::new() }
    }

    fn push(&mut self, row: Vec<Option<Value>>) {
        self.sizes.push(row.iter().flatten().map(size).sum());
        for value in row.into_iter().flatten() {
            push_columns(&mut self.values, value);
        }
    }

    fn finish(self, table: &'static Table, server: Server, conflict: &Conflict, plans: &mut Vec<Plan>) {
        let columns: usize = self.fields.iter().map(|field| field.columns.len()).sum();
        let fields = self.fields;
        let mut push = |rows| {
            let fields = fields.clone();
            let conflict = conflict.clone();
            let insert = Insert { table, fields, rows, conflict, returning: false };
            plans.push(Plan::Insert(Box::new(insert)));
        };
        let mut values = self.values.into_iter();
        let mut left = &self.sizes[..];
        // UNNEST would take arrays of arrays apart too, and a map has no type that an array of it could be sent as.
        let mut types = fields.iter().flat_map(|field| field.columns).map(|def| def.ty);
        let lists = types.all(|ty| !matches!(ty, Type::Array(_) | Type::Hstore));
        if server.backend == Backend::Postgres && columns > 0 && lists {
            // Arrays: one text for any number of rows.
            while !left.is_empty() {
                let count = fitting(left, POSTGRES_ROWS);
                left = left.get(count..).unwrap_or_default();
                push(Rows::Columns(transposed(&fields, values.by_ref().take(count * columns))));
            }
            return;
        }
        let most = most_rows(server.backend, columns);
        while !left.is_empty() {
            // Powers of two up to the most: a bounded number of texts, each of which stays prepared.
            let count = 1 << fitting(left, most).ilog2();
            left = left.get(count..).unwrap_or_default();
            let mut chunk = Vec::with_capacity(count * columns);
            chunk.extend(values.by_ref().take(count * columns));
            push(Rows::Flat { count, values: chunk });
        }
    }
}

/// How many rows an array insert takes: enough to make round trips not matter, few enough to bound memory.
const POSTGRES_ROWS: usize = 10_000;

/// How many rows a multi-row insert takes: a power of two, within the backend's limit of bound values.
///
/// SQLite takes 32 766 values, the MySQL protocol 65 535. More than about a hundred rows a statement gain
/// nothing on SQLite, where there is no round trip; of nothing but defaults it takes only one at a time.
fn most_rows(backend: Backend, columns: usize) -> usize {
    let (rows, values) = match backend {
        Backend::Sqlite if columns == 0 => (1, 1),
        Backend::Sqlite => (128, 32_766),
        _ => (1_024, 65_535),
    };
    let fit = (values / columns.max(1)).max(1);
    rows.min(1 << fit.ilog2())
}

/// How many bytes of values a statement takes, about: less than any server's limit of a packet, and so much that
/// more would not be faster.
const BYTES: usize = 2 << 20;

/// How many of the rows, whose sizes these are, go into one statement: one, if it is a large one, and at most `most`.
fn fitting(sizes: &[usize], most: usize) -> usize {
    let mut bytes = 0_usize;
    let fits = |size: &&usize| {
        bytes = bytes.saturating_add(**size);
        bytes <= BYTES
    };
    sizes.iter().take(most).take_while(fits).count().max(1)
}

/// About how many bytes a value takes on its way.
fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        #[cfg(feature = "json")]
        Value::Json(json) => json_size(json),
        Value::Tuple(parts) => parts.iter().map(size).sum(),
        Value::Hstore(map) => {
            map.iter().map(|(key, value)| 8 + key.len() + value.as_ref().map_or(0, String::len)).sum()
        }
        Value::Array(_, items) => 16 + items.iter().map(|item| 4 + size(item)).sum::<usize>(),
        _ => 16,
    }
}

#[cfg(feature = "json")]
fn json_size(json: &serde_json::Value) -> usize {
    use serde_json::Value as Json;

    match json {
        Json::Null | Json::Bool(_) | Json::Number(_) => 16,
        Json::String(text) => text.len(),
        Json::Array(items) => items.iter().map(json_size).sum(),
        Json::Object(entries) => entries.iter().map(|(key, value)| key.len() + json_size(value)).sum(),
    }
}

/// The values of each column as a list.
fn transposed(fields: &[&'static Field], values: impl Iterator<Item = Value>) -> Vec<Value> {
    let types: Vec<_> = fields.iter().flat_map(|field| field.columns).map(|column| column.ty).collect();
    let mut columns: Vec<Vec<Value>> = types.iter().map(|_| Vec::new()).collect();
    let width = columns.len().max(1);
    for (at, value) in values.enumerate() {
        if let Some(column) = columns.get_mut(at % width) {
            column.push(value);
        }
    }
    types.into_iter().zip(columns).map(|(ty, values)| Value::List(ty, values)).collect()
}
