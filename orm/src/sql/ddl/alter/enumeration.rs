//! Enums that are types of their own, which change.

use super::{
    ChangeKind, ChangeStep, TableName, alter as alter_table, name, quoted, table, types,
    with_possible_defaults,
};
use crate::driver::{Backend, Server};
use crate::error::Result;
use crate::schema::{Default, Table};
use crate::sql::dialect::{self, Dialect};
use crate::sql::literal::escaped;
use crate::types::{EnumDef, EnumValue, Type};

fn step(sql: Vec<String>, kind: ChangeKind) -> ChangeStep {
    ChangeStep { sql, kind, tables: Vec::new(), undo: Vec::new(), touched: Vec::new() }
}

/// Creates the type.
pub(super) fn create(dialect: &Dialect, ty: Type) -> Vec<ChangeStep> {
    match (dialect.backend, ty.of_one().native()) {
        (Backend::Postgres, Some(def)) => {
            vec![step(vec![types::create(dialect, def)], ChangeKind::Definition)]
        }
        _ => Vec::new(),
    }
}

/// Removes the type, which nothing uses.
pub(super) fn drop(dialect: &Dialect, ty: Type) -> Vec<ChangeStep> {
    match (dialect.backend, ty.of_one().native()) {
        (Backend::Postgres, Some(def)) => vec![step(vec![types::drop(dialect, def)], ChangeKind::Definition)],
        _ => Vec::new(),
    }
}

/// Gives the type other values, and all columns of it.
pub(super) fn alter(
    server: Server,
    old: Type,
    new: Type,
    tables: &[(&Table, &Table)],
) -> Result<Vec<ChangeStep>> {
    let dialect = dialect::of(server.backend);
    let (Some(was), Some(is)) = (old.of_one().native(), new.of_one().native()) else { return Ok(Vec::new()) };
    if server.backend != Backend::Postgres {
        // It is no type there, but a part of each column.
        let mut steps = Vec::new();
        for (before, after) in tables {
            steps.extend(alter_table(server, before, after, None)?);
        }
        return Ok(steps);
    }
    let Some(sql) = added(dialect, was, is) else { return anew(server, was, is, tables) };
    let mut steps = vec![step(sql, ChangeKind::Committed)];
    for (before, after) in tables {
        // A default that the enum did not have before.
        let mut between = (*after).clone();
        for column in &mut between.columns {
            if let Some(own) = with_possible_defaults(before).column(&column.name) {
                column.default.clone_from(&own.default);
            }
        }
        steps.extend(alter_table(server, &between, after, None)?);
    }
    Ok(steps)
}

fn values(def: &EnumDef) -> Vec<&'static str> {
    let text = |value| match value {
        EnumValue::Text(text) => Some(text),
        EnumValue::Int(_) => None,
    };
    def.variants.iter().filter_map(|variant| text(variant.value)).collect()
}

/// The statements that add values, if that is all there is to do.
fn added(dialect: &Dialect, old: &EnumDef, new: &EnumDef) -> Option<Vec<String>> {
    let (was, is) = (values(old), values(new));
    let kept: Vec<_> = is.iter().filter(|value| was.contains(value)).collect();
    if old.native != new.native || kept.len() != was.len() || !kept.into_iter().eq(was.iter()) {
        return None;
    }
    let name = quoted(dialect, new.native.unwrap_or_default());
    let mut sql = Vec::new();
    for (at, value) in is.iter().enumerate().filter(|(_, value)| !was.contains(value)) {
        // Those before it are there by then.
        let place = match at.checked_sub(1).and_then(|at| is.get(at)) {
            Some(before) => format!(" AFTER {}", escaped(before)),
            None => was.first().map(|first| format!(" BEFORE {}", escaped(first))).unwrap_or_default(),
        };
        sql.push(format!("ALTER TYPE {name} ADD VALUE IF NOT EXISTS {}{place}", escaped(value)));
    }
    Some(sql)
}

/// A new type in the place of the old one: PostgreSQL takes no value away.
fn anew(
    server: Server,
    old: &'static EnumDef,
    new: &'static EnumDef,
    tables: &[(&Table, &Table)],
) -> Result<Vec<ChangeStep>> {
    let dialect = dialect::of(server.backend);
    let (name, before) =
        (old.native.unwrap_or_default(), format!("orm_old_{}", old.native.unwrap_or_default()));
    let mut steps = Vec::new();
    let mut sql = Vec::new();
    let name = quoted(dialect, name);
    sql.push(format!("ALTER TYPE {name} RENAME TO {}", quoted(dialect, &before)));
    sql.push(types::certain(dialect, new));
    for (was, is) in tables {
        let owner = name::table(dialect, &is.name);
        let (had, is) = (with_possible_defaults(was), &with_possible_defaults(is));
        let parts = table::parts(server, is)?;
        for column in &is.columns {
            let Some(old_column) = was.column(&column.name).filter(|own| own.ty != column.ty) else {
                continue;
            };
            let Some(declared) = parts.columns.iter().find(|own| own.name == column.name) else { continue };
            let quoted_name = quoted(dialect, &column.name);
            let is_array = matches!(old_column.ty, Type::Array(_));
            if !is_array {
                let gone: Vec<_> = values(old)
                    .into_iter()
                    .filter(|value| !values(new).contains(value))
                    .map(escaped)
                    .collect();
                if !gone.is_empty() {
                    let count = format!(
                        "SELECT COUNT(*) FROM {owner} WHERE {quoted_name}::text IN ({})",
                        gone.join(", ")
                    );
                    let rows = format!(
                        "rows of {} with a value that the enum has no longer in {}",
                        is.name, column.name
                    );
                    steps.push(ChangeStep {
                        tables: vec![is.name.clone()],
                        ..step(vec![count], ChangeKind::Guard { rows })
                    });
                }
            }
            let alter = format!("ALTER TABLE {owner} ALTER COLUMN {quoted_name}");
            if had.column(&column.name).is_some_and(|own| own.default != Default::None) {
                sql.push(format!("{alter} DROP DEFAULT"));
            }
            let text = if is_array { "text[]" } else { "text" };
            sql.push(format!("{alter} TYPE {} USING {quoted_name}::{text}::{}", declared.ty, declared.ty));
            sql.extend(declared.default.as_ref().map(|default| format!("{alter} SET DEFAULT {default}")));
        }
    }
    sql.push(format!("DROP TYPE {}", quoted(dialect, &before)));
    let tables: Vec<TableName> = tables.iter().map(|(_, is)| is.name.clone()).collect();
    steps.push(ChangeStep { tables, ..step(sql, ChangeKind::Definition) });
    Ok(steps)
}
