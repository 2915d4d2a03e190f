//! Generated columns.

use super::expression::{self, Of};
use super::{named, schema};
use crate::driver::{Capability, Server};
use crate::error::Result;
use crate::model::{self, ColumnDef, Field};
use crate::plan::same_field;
use crate::schema::{Generated, Table, TableColumn};
use crate::sql::build::unsupported;
use crate::sql::dialect;

/// The one column of a generated field.
///
/// # Errors
///
/// `Schema` for a column that is a key or is computed from another generated one, which no two backends agree on.
pub(super) fn column(
    table: &'static model::Table,
    field: &'static Field,
    generated: model::Generated,
) -> Result<&'static ColumnDef> {
    let [def] = field.columns else {
        return Err(schema("a generated field has one column"));
    };
    if field.reference.is_some() || table.primary_key.iter().any(|key| same_field(key, field)) {
        return Err(schema("a key cannot be generated from other columns"));
    }
    let mut chained = false;
    generated.value.node().each_field(&mut |_, read| chained |= read.generated.is_some());
    if chained {
        return Err(schema("a generated column cannot be computed from another one"));
    }
    Ok(def)
}

/// What stands behind the type of a generated column.
///
/// # Errors
///
/// `Unsupported` for a virtual one on PostgreSQL before version 18, and for one over columns that this backend lets
/// none stand on.
pub(super) fn clause(
    server: Server,
    table: &Table,
    column: &TableColumn,
    generated: &Generated,
) -> Result<String> {
    let dialect = dialect::of(server.backend);
    if !generated.stored && !server.has(Capability::VirtualColumns) {
        return Err(named(unsupported(dialect, "virtual generated columns"), column));
    }
    let of = if generated.stored { Of::Stored } else { Of::Virtual };
    let value = expression::sql(dialect, &generated.value).map_err(|error| named(error, column))?;
    expression::columns(server, table, &generated.value, of)?;
    let kept = if generated.stored { "STORED" } else { "VIRTUAL" };
    Ok(format!(" GENERATED ALWAYS AS ({value}) {kept}"))
}
