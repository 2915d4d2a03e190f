//! Generated columns.

use super::expression::{self, Of};
use super::schema;
use crate::driver::{Backend, Server};
use crate::error::Result;
use crate::model::{Field, Generated, Table};
use crate::plan::same_field;
use crate::sql::build::unsupported;
use crate::sql::decimal::column_scale;
use crate::sql::dialect;

/// What stands behind the type of a generated column.
///
/// # Errors
///
/// Those of the expression; `Schema` for a column that is a key or is computed from another generated one, which
/// no two backends agree on; `Unsupported` for a virtual one on PostgreSQL before version 18.
pub(super) fn clause(
    server: Server,
    table: &'static Table,
    field: &'static Field,
    generated: Generated,
) -> Result<String> {
    let own = |error: crate::error::Error| error.with_field(field.name);
    let [def] = field.columns else {
        return Err(own(schema("a generated field has one column")));
    };
    if field.reference.is_some() || table.primary_key.iter().any(|key| same_field(key, field)) {
        return Err(own(schema("a key cannot be generated from other columns")));
    }
    let mut chained = false;
    generated.value.node().each_field(&mut |_, read| chained |= read.generated.is_some());
    if chained {
        return Err(own(schema("a generated column cannot be computed from another one")));
    }
    if !generated.stored && server.backend == Backend::Postgres && server.version < (18, 0, 0) {
        return Err(own(unsupported(dialect::of(server.backend), "virtual generated columns")));
    }
    let of = if generated.stored { Of::Stored } else { Of::Virtual };
    let value = expression::value(server, table, generated.value, column_scale(def)).map_err(own)?;
    expression::columns(server, generated.value, of)?;
    let kept = if generated.stored { "STORED" } else { "VIRTUAL" };
    Ok(format!(" GENERATED ALWAYS AS ({value}) {kept}"))
}
