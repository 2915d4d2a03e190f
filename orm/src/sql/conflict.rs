//! What becomes of a new row that is in the way of one that is there.

use sea_query::{Expr, Func, OnConflict};

use super::build::{Builder, internal};
use super::expr::{and, equal};
use super::name::iden;
use super::source::{Source, column};
use crate::error::Result;
use crate::expr::Node;
use crate::model::{AutoValue, ColumnDef, Field, Table};
use crate::plan::{Conflict, Insert, Told};
use crate::types::Type;

/// The variable of the session in which MySQL and MariaDB count rows that are in the way.
const COUNTER: &str = "@orm_left_out";

/// Begins to count the rows that are left out, or changed by another key.
pub(crate) fn begin_to_count() -> String {
    format!("SET {COUNTER} = 0")
}

/// How many of them there were since.
pub(crate) fn counted() -> String {
    format!("SELECT CAST({COUNTER} AS SIGNED)")
}

impl Builder {
    /// The row that is there, as the statement calls it.
    pub(super) fn row_in_the_way(&mut self, insert: &Insert) -> Source<'static> {
        match insert.conflict {
            Conflict::Updated { .. } if self.dialect.on_conflict => Source::new(self, insert.table, &[]),
            _ => Source::bare(insert.table),
        }
    }

    pub(super) fn conflict(&mut self, insert: &Insert, at: &mut Source<'_>) -> Result<Option<OnConflict>> {
        match &insert.conflict {
            Conflict::Refused => Ok(None),
            Conflict::LeftOut { key, told } => self.left_out(insert.table, key, told).map(Some),
            Conflict::Updated { key, set, filter } => self.updated(at, key, set, filter).map(Some),
        }
    }

    /// MySQL knows no such thing but `IGNORE`, which takes other errors for warnings too. So the row that is there is
    /// set to what it is.
    fn left_out(&mut self, table: &'static Table, key: &[&'static Field], told: &Told) -> Result<OnConflict> {
        let mut conflict = target(key);
        if self.dialect.on_conflict {
            conflict.do_nothing();
            return Ok(conflict);
        }
        let def = unchanged(table).ok_or_else(|| internal("a table without columns"))?;
        let own = column(None, def);
        match told {
            Told::Not => conflict.do_nothing_on([iden(def.name)]),
            Told::Marked(mark) => {
                let mark = self.value(mark, None)?;
                conflict
                    .value(iden(def.name), self.pattern("IF(LAST_INSERT_ID({n}) = 0, {x}, {x})", &own, &mark))
            }
            Told::Counted => {
                let counted = format!("IF(({COUNTER} := {COUNTER} + 1) = 0, {{x}}, {{x}})");
                conflict.value(iden(def.name), self.pattern(&counted, &own, &own))
            }
        };
        Ok(conflict)
    }

    fn updated(
        &mut self,
        at: &mut Source<'_>,
        key: &[&'static Field],
        set: &[(&'static Field, Node)],
        filter: &[Node],
    ) -> Result<OnConflict> {
        let mut conflict = target(key);
        if !self.dialect.on_conflict {
            let def = unchanged(at.table).ok_or_else(|| internal("a table without columns"))?;
            conflict.value(iden(def.name), self.counted_unless(key, column(None, def))?);
        }
        for (field, node) in self.assignments(set)? {
            let exprs = self.assigned(at, field, node)?;
            for (def, expr) in field.columns.iter().zip(exprs) {
                conflict.value(iden(def.name), expr);
            }
        }
        if let Some(filter) = self.all_of(at, filter)? {
            conflict.action_and_where(filter);
        }
        Ok(conflict)
    }

    /// What `own` is, counting rows that are in the way by another key than this one: they are changed as well, and
    /// whoever has asked for that takes it back.
    fn counted_unless(&self, key: &[&'static Field], own: Expr) -> Result<Expr> {
        let same = |field: &&'static Field| {
            let proposed = self.proposed(field);
            field
                .columns
                .iter()
                .zip(proposed)
                .map(|(def, proposed)| equal(column(None, def), proposed))
                .collect()
        };
        let same: Vec<Expr> = key.iter().flat_map(|field| -> Vec<Expr> { same(field) }).collect();
        let same = same.into_iter().reduce(and).ok_or_else(|| internal("a key without columns"))?;
        let counted = format!("IF({{n}}, {{x}}, IF(({COUNTER} := {COUNTER} + 1) = 0, {{x}}, {{x}}))");
        Ok(self.pattern(&counted, &own, &same))
    }

    /// The columns of a field of the row that was to be inserted.
    pub(super) fn proposed(&self, field: &Field) -> Vec<Expr> {
        let column = |def: &ColumnDef| match self.dialect.on_conflict {
            true => Expr::col((iden("excluded"), iden(def.name))),
            false => Func::cust("VALUES").arg(column(None, def)).into(),
        };
        field.columns.iter().map(column).collect()
    }
}

fn target(key: &[&'static Field]) -> OnConflict {
    OnConflict::columns(key.iter().flat_map(|field| field.columns).map(|def| iden(def.name)))
}

/// A column to be set to what it is: one of a key, where there is one. Not one that counts up, which MySQL minds in the
/// midst of rows that do, nor JSON, which an expression makes a text.
fn unchanged(table: &'static Table) -> Option<&'static ColumnDef> {
    let usual = |field: &&'static Field| {
        let json = field.columns.iter().any(|def| def.ty == Type::Json);
        field.generated.is_none() && field.auto != AutoValue::Increment && !json
    };
    let keys = table.unique_keys().into_iter().flatten();
    let field = keys.chain(table.fields).find(usual).or(table.fields.first());
    field.and_then(|field| field.columns.first())
}
