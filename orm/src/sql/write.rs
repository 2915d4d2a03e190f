//! Inserts, updates and deletes.

use sea_query::{BinOper, DeleteStatement, Expr, Func, InsertStatement, SelectStatement, UpdateStatement};

use super::build::{Builder, internal};
use super::decimal::column_scale;
use super::expr::binary;
use super::list::sub_query;
use super::name::{self, iden, table_ref};
use super::select::Wanted;
use super::source::{Source, column, key_columns, shortened};
use super::writer::Text;
use crate::driver::Backend;
use crate::error::Result;
use crate::expr::{Function, Node};
use crate::model::{ColumnDef, Field};
use crate::plan::check::group::{holds, parts};
use crate::plan::{Delete, Insert, Rows, Select, Update, same_field};
use crate::types::Type;

impl Builder {
    pub(super) fn insert(&mut self, insert: &Insert) -> Result<(Text, Vec<u8>)> {
        let columns: Vec<&ColumnDef> = insert.fields.iter().flat_map(|field| field.columns).collect();
        let mut at = self.row_in_the_way(insert);
        let mut statement = InsertStatement::new();
        statement.into_table(match &at.alias {
            Some(alias) => table_ref(insert.table).alias(iden(alias)),
            None => table_ref(insert.table),
        });
        statement.columns(columns.iter().map(|def| iden(def.name)));
        match &insert.rows {
            Rows::Flat { count, .. } if columns.is_empty() => {
                let count = u32::try_from(*count).map_err(|_| internal("too many rows"))?;
                statement.or_default_values_many(count);
            }
            Rows::Flat { values, .. } => {
                for row in values.chunks(columns.len()) {
                    let row: Result<Vec<_>> = row
                        .iter()
                        .zip(&columns)
                        .map(|(value, def)| self.value(value, column_scale(def)))
                        .collect();
                    statement.values(row?).map_err(|_| internal("a row of another length"))?;
                }
            }
            Rows::Columns(lists) => {
                let mut rows = SelectStatement::new();
                // Side by side in the selection they are taken apart in step, in order.
                for (list, def) in lists.iter().zip(&columns) {
                    rows.expr(Func::cust("UNNEST").arg(self.value(list, column_scale(def))?));
                }
                statement.select_from(rows).map_err(|_| internal("columns of another number"))?;
            }
        }
        if let Some(conflict) = self.conflict(insert, &mut at)? {
            statement.on_conflict(conflict);
        }
        let mut scales = Vec::new();
        if insert.returning {
            statement.returning(sea_query::ReturningClause::Exprs(
                insert.table.columns().map(|def| column(None, def)).collect(),
            ));
            if self.dialect.scaled_decimals {
                scales = insert.table.columns().map(|def| column_scale(def).unwrap_or(0)).collect();
            }
        }
        let mut text = self.write(&statement)?;
        if insert.returning && self.dialect.backend == Backend::MariaDb {
            // Which sea-query leaves out, because MySQL has none.
            let names = name::list(self.dialect, insert.table.columns().map(|def| def.name));
            text.push(" RETURNING ");
            text.push(&names);
        }
        Ok((text, scales))
    }

    pub(super) fn update(&mut self, update: &Update) -> Result<Text> {
        let select = &update.select;
        let mut at = Source::new(self, select.table, &[]);
        let mut statement = UpdateStatement::new();
        let alias = at.alias.clone().unwrap_or_default();
        statement.table(table_ref(select.table).alias(iden(&alias)));
        for (field, node) in self.assignments(&update.set)? {
            let exprs = self.assigned(&mut at, field, node)?;
            for (def, expr) in field.columns.iter().zip(exprs) {
                statement.value(iden(def.name), expr);
            }
        }
        if let Some(filter) = self.rows_to_change(&mut at, select)? {
            statement.and_where(filter);
        }
        self.write(&statement)
    }

    pub(super) fn delete(&mut self, delete: &Delete) -> Result<Text> {
        // MariaDB has no alias here.
        let mut at = Source::bare(delete.select.table);
        let mut statement = DeleteStatement::new();
        statement.from_table(table_ref(delete.select.table));
        if let Some(filter) = self.rows_to_change(&mut at, &delete.select)? {
            statement.and_where(filter);
        }
        self.write(&statement)
    }

    /// The condition that only the rows of the query fulfil.
    ///
    /// Conditions on the table's own columns stand as they are; for others, and for limits, the rows are found
    /// by a query of their keys.
    fn rows_to_change(&mut self, at: &mut Source<'_>, select: &Select) -> Result<Option<Expr>> {
        let bounded = select.limit.is_some() || select.offset.is_some();
        if !bounded && select.filter.iter().all(is_local) {
            return self.all_of(at, &select.filter);
        }
        let (mut rows, _) = self.query(select, Wanted::Key, None)?;
        let key: Vec<_> = key_columns(select.table).map(|def| column(at.alias.as_deref(), def)).collect();
        if self.dialect.hides_written_table {
            if !bounded {
                // So that the derived table is not merged into the statement, which would show the table again.
                rows.distinct();
            }
            rows = self.derived(rows, key.len());
        }
        let key = match <[Expr; 1]>::try_from(key) {
            Ok([one]) => one,
            Err(several) => Expr::Tuple(several),
        };
        Ok(Some(binary(key, BinOper::In, sub_query(rows))))
    }

    /// The assignments in an order in which each sees the row as it was.
    pub(super) fn assignments<'u>(
        &self,
        set: &'u [(&'static Field, Node)],
    ) -> Result<Vec<(&'static Field, &'u Node)>> {
        let mut open: Vec<_> = set.iter().map(|(field, node)| (*field, node)).collect();
        if !self.dialect.assigns_in_turn {
            return Ok(open);
        }
        let mut ordered = Vec::with_capacity(open.len());
        while !open.is_empty() {
            // One whose field no other one reads any more.
            let free = (0..open.len()).find(|at| {
                let others = open.iter().enumerate().filter(|(other, _)| other != at);
                open.get(*at)
                    .is_some_and(|(field, _)| others.into_iter().all(|(_, (_, node))| !reads(node, field)))
            });
            match free {
                Some(at) => ordered.push(open.remove(at)),
                None => return Err(self.unsupported("updates that swap fields")),
            }
        }
        Ok(ordered)
    }

    pub(super) fn assigned(&mut self, at: &mut Source<'_>, field: &Field, node: &Node) -> Result<Vec<Expr>> {
        if !is_local(node) {
            return Ok(vec![self.assigned_from_elsewhere(at, field, node)?]);
        }
        match (field.columns, node) {
            // A value gets the scale of its column, beyond which it is refused, not rounded.
            ([def], Node::Value(value)) => Ok(vec![self.value(value, column_scale(def))?]),
            ([def], node) => {
                let scale = column_scale(def).filter(|_| self.dialect.scaled_decimals);
                let expr = self.single(at, node, scale)?;
                Ok(vec![self.whole(expr, node, def)])
            }
            (_, node) => self.columns(at, node),
        }
    }

    /// An expression over other rows: a query of this row's, found by its key.
    fn assigned_from_elsewhere(&mut self, at: &Source<'_>, field: &Field, node: &Node) -> Result<Expr> {
        if self.dialect.hides_written_table {
            return Err(self.unsupported("updates from other rows"));
        }
        let [def] = field.columns else {
            return Err(internal("a key set from other rows"));
        };
        let scale = column_scale(def).filter(|_| self.dialect.scaled_decimals);
        let mut inner = Source::new(self, at.table, &[]);
        let mut statement = SelectStatement::new();
        let expr = self.single(&mut inner, node, scale)?;
        statement.expr(self.whole(expr, node, def));
        for def in key_columns(at.table) {
            statement.and_where(super::expr::equal(
                column(inner.alias.as_deref(), def),
                column(at.alias.as_deref(), def),
            ));
        }
        inner.add_to(&mut statement);
        Ok(sub_query(statement))
    }

    /// What is assigned to a column, so that a server which cuts blanks at the end of a text that is too long refuses
    /// it as it would any other: such a text gets an end that is not blank. (Values are compared before they are sent.)
    fn whole(&self, expr: Expr, node: &Node, def: &ColumnDef) -> Expr {
        match (self.dialect.too_long, def.max_length) {
            (Some(_), Some(most)) if longest(node).is_some_and(|longest| longest <= most) => expr,
            // A check keeps them short.
            (Some(_), Some(_)) if def.ty == Type::Bytes && self.dialect.backend == Backend::Postgres => expr,
            (Some(_), Some(most)) if def.ty.array().is_some() => self.whole_texts(expr, most),
            (Some([condition, then]), Some(most)) => self.pattern(
                &format!("CASE WHEN {condition} > {most} THEN {then} ELSE {{x}} END"),
                &expr,
                &expr,
            ),
            _ => expr,
        }
    }
}

/// The most characters that a text, or each of an array, can have, where the node says.
fn longest(node: &Node) -> Option<u32> {
    match node {
        Node::Field(_, field) | Node::Proposed(_, field) => field.columns.first()?.max_length,
        // Letter for letter.
        Node::Call(Function::Lower | Function::Upper | Function::Collate(_), args) => longest(args.first()?),
        _ => None,
    }
}

/// Whether the node needs nothing but the columns of the row itself.
pub(crate) fn is_local(node: &Node) -> bool {
    !holds(node, &|node| match node {
        Node::Field(path, field) => !shortened(path, field).0.is_empty(),
        Node::Related(..) | Node::InSelect(..) | Node::Aggregate(_) => true,
        _ => false,
    })
}

/// Whether the node reads the field of the row itself.
fn reads(node: &Node, field: &Field) -> bool {
    match node {
        Node::Field(path, read) => match path.hops().next() {
            None => same_field(read, field),
            // The key of the row referred to is the foreign key.
            Some(hop) => same_field(hop, field),
        },
        _ => parts(node).into_iter().any(|part| reads(part, field)),
    }
}
