//! The extension `hstore` of PostgreSQL.
//!
//! Its type and operators may be in a schema that is not searched, so they are named with it. Which one that is, the text
//! leaves open: see [`HSTORE_SCHEMA`].

use std::borrow::Cow;

use crate::driver::HSTORE_SCHEMA;
use crate::error::{Error, ErrorKind};
use crate::model::Table;
use crate::types::Type;

/// Its type.
pub(super) const TYPE: &str = "\"orm:hstore\".hstore";

pub(super) const EQUAL: &str = "{x} OPERATOR(\"orm:hstore\".=) {n}";
pub(super) const CONTAINS: &str = "{x} OPERATOR(\"orm:hstore\".@>) {n}";
pub(super) const HAS_KEY: &str = "{x} OPERATOR(\"orm:hstore\".?) {n}";
/// Text that compares by code point, as that of columns.
pub(super) const GET: &str = "({x} OPERATOR(\"orm:hstore\".->) {n}) COLLATE \"C\"";

/// The text for somebody who reads it: everything is looked for where the session looks.
pub(crate) fn shown(sql: &str) -> Cow<'_, str> {
    if !sql.contains(HSTORE_SCHEMA) {
        return Cow::Borrowed(sql);
    }
    Cow::Owned(sql.replace(&format!("{HSTORE_SCHEMA}."), ""))
}

/// Makes the extension that these tables need, and what it means if the role may not or there is none to make.
///
/// In the schema `public`, where there is one: the first schema that is searched may be a tenant's, or a test's, and the
/// columns of all others would go with it.
pub(crate) fn extension(tables: &[&'static Table]) -> Option<(String, Error)> {
    let fields = tables.iter().filter(|table| table.managed).flat_map(|table| {
        let is_map = |column: &crate::model::ColumnDef| column.ty == Type::Hstore;
        table.fields.iter().filter(move |field| field.columns.iter().any(is_map)).map(|field| (*table, field))
    });
    let (table, field) = fields.into_iter().next()?;
    let error = Error::new(ErrorKind::Unsupported {
        feature: "extension `hstore` in this database, and it could not be made: run `CREATE EXTENSION hstore` \
                  as a role that may",
        backend: crate::driver::Backend::Postgres.name(),
    });
    Some((EXTENSION.to_owned(), error.with_model(table.model).with_field(field.name)))
}

/// Makes the extension, unless it is there.
pub(super) const EXTENSION: &str = "DO $orm$ BEGIN \
    IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_extension WHERE extname = 'hstore') THEN \
    IF to_regnamespace('public') IS NULL THEN CREATE EXTENSION hstore; \
    ELSE CREATE EXTENSION hstore SCHEMA public; END IF; END IF; \
    EXCEPTION WHEN unique_violation OR duplicate_object THEN NULL; END $orm$";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_leaves_the_same_schema_open() {
        for text in [TYPE, EQUAL, CONTAINS, HAS_KEY, GET] {
            assert!(text.contains(&format!("{HSTORE_SCHEMA}.")), "{text}");
            assert!(!shown(text).contains("orm:"), "{text}");
        }
    }
}
