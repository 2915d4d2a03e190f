//! Where a full-text index can be, and be searched.

use super::{Check, Place, invalid};
use crate::driver::{Backend, Capability, Server};
use crate::error::Result;
use crate::expr::Search;
use crate::plan::same_table;
use crate::types::Type;

/// What a server lacks that a full-text index needs.
pub(crate) fn lacks(server: Server) -> Option<&'static str> {
    match server.backend {
        _ if server.has(Capability::FullText) => None,
        Backend::MySql => Some("full-text indexes before version 8.0.23"),
        _ => Some("full-text indexes before version 10.10"),
    }
}

/// Whether a row of SQLite goes by a key of this type, and keeps that number for ever: FTS5 knows rows by it.
pub(crate) fn is_row_number(ty: Type) -> bool {
    matches!(ty, Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::U8 | Type::U16 | Type::U32 | Type::U64)
}

/// What SQLite lacks for other keys.
pub(crate) const ONLY_NUMBERED: &str = "full-text indexes of models whose primary key is not one integer";

impl Check {
    pub(super) fn search(&self, search: &Search, place: Place) -> Result<()> {
        if !same_table(self.end_of(place.table, &search.path)?, search.table) {
            return Err(invalid(format!(
                "a full-text index of `{}`, which is not where it is said to be",
                search.table.model
            )));
        }
        if self.server.backend == Backend::Sqlite {
            let key = search.table.primary_key.iter().flat_map(|field| field.columns).collect::<Vec<_>>();
            if !matches!(key[..], [column] if is_row_number(column.ty)) {
                return Err(self.unsupported(ONLY_NUMBERED));
            }
        }
        search.fields.iter().try_for_each(|field| self.node(field, place))
    }
}
