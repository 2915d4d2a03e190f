//! Rows that are related to several rows, each with the key of the row that it belongs to.
//!
//! Where a foreign key of theirs leads there, it is that key; where a table is between, they are joined with its pairs. A
//! limit is one for the rows of each key: they are numbered, and those whose number is too large are left out.

use sea_query::{BinOper, Expr, Func, JoinType, SelectStatement, WindowStatement};
use sea_query::{OverStatement as _, SelectExprTrait as _};

use super::build::Builder;
use super::decimal::column_scale;
use super::expr::{and, binary};
use super::name::iden;
use super::select::{all_equal, column_name};
use super::source::{Source, column, referenced};
use super::writer::Text;
use crate::error::Result;
use crate::expr::{Pairs, Path, Via};
use crate::model::{ColumnDef, Table};
use crate::plan::Children;

/// The number of a row among those of its key.
const NUMBER: &str = "orm_n";

impl Builder {
    pub(super) fn children(&mut self, children: &Children) -> Result<(Text, Vec<u8>)> {
        let (mut statement, mut window) = (SelectStatement::new(), WindowStatement::new());
        let mut at = Source::new(self, children.select.table, &[]);
        let mut pairs = None;
        let (key, found) = match children.via {
            Via::ForeignKey(path, field) => {
                let key = self.key_of(&mut at, path.push(field), children.start)?;
                let found = self.is_one_of(key.clone(), children)?;
                (key, Some(found))
            }
            Via::Through(between) => {
                let joined = self.pairs(&mut at, between, children)?;
                let key = joined.key.clone();
                pairs = Some(joined);
                (key, None)
            }
        };
        let mut exprs = key.clone();
        let mut scales = self.scales_of(children.start);
        for output in &children.select.output {
            self.output(&mut at, output, &mut exprs, &mut scales)?;
        }
        let own = self.all_of(&mut at, &children.select.filter)?;
        if let Some(filter) = found.into_iter().chain(own).reduce(and) {
            statement.and_where(filter);
        }
        let numbered = children.after.is_some() || children.up_to.is_some();
        let columns = exprs.len();
        for (number, expr) in exprs.into_iter().enumerate() {
            match numbered {
                true => statement.expr_as(expr, iden(&column_name(number))),
                false => statement.expr(expr),
            };
        }
        for order in &children.select.order {
            match numbered {
                true => self.order(&mut at, &children.select, order, &mut window)?,
                false => self.order(&mut at, &children.select, order, &mut statement)?,
            }
        }
        if numbered {
            key.into_iter().for_each(|key| _ = window.add_partition_by(key));
            statement.expr(Func::cust("ROW_NUMBER").over(window).alias(iden(NUMBER)));
        }
        at.add_to(&mut statement);
        if let Some(Joined { rows, alias, on, .. }) = pairs {
            statement.join_subquery(JoinType::InnerJoin, rows, iden(&alias), on);
        }
        if numbered {
            statement = self.within(statement, columns, children)?;
        }
        Ok((self.write(&statement)?, scales))
    }

    /// The primary key of the row at the end of a path: that of the table itself where a comparison with it, and not
    /// with what refers to it, says what is the same.
    fn key_of(&mut self, at: &mut Source<'_>, path: Path, start: &'static Table) -> Result<Vec<Expr>> {
        let last = path.hops().last();
        let mut columns = start.primary_key.iter().copied().chain(last).flat_map(|field| field.columns);
        let collated = columns.any(|def: &ColumnDef| def.collation.get(self.dialect.backend).is_some());
        let mut key = Vec::new();
        for field in start.primary_key {
            key.extend(match collated {
                true => at.own_field(self, &path, field)?,
                false => at.field(self, &path, field)?,
            });
        }
        Ok(key)
    }

    fn is_one_of(&mut self, key: Vec<Expr>, children: &Children) -> Result<Expr> {
        let first = children.start.primary_key.iter().flat_map(|field| field.columns).next();
        let scale = first.and_then(column_scale).filter(|_| self.dialect.scaled_decimals);
        self.among(key, &children.keys, scale)
    }

    fn scales_of(&self, table: &'static Table) -> Vec<u8> {
        let columns = table.primary_key.iter().flat_map(|field| field.columns);
        columns.map(|def| column_scale(def).filter(|_| self.dialect.scaled_decimals).unwrap_or(0)).collect()
    }

    /// The pairs of the keys, and what joins them with the related rows: a pair that is there twice is one.
    fn pairs(&mut self, at: &mut Source<'_>, pairs: Pairs, children: &Children) -> Result<Joined> {
        let mut between = Source::new(self, pairs.table(), &[]);
        let near = self.key_of(&mut between, Path::EMPTY.push(pairs.near()), children.start)?;
        let far = pairs.far().columns.iter().map(|def| column(between.alias.as_deref(), def));
        let mut rows = SelectStatement::new();
        let keys = near.len();
        let found = self.is_one_of(near.clone(), children)?;
        for (number, expr) in near.into_iter().chain(far).enumerate() {
            rows.expr_as(expr, iden(&column_name(number)));
        }
        rows.and_where(found);
        if !pairs.are_distinct() {
            rows.distinct();
        }
        between.add_to(&mut rows);
        let alias = self.alias();
        let named = |number| Expr::col((iden(&alias), iden(&column_name(number))));
        let mut own = Vec::new();
        for field in referenced(pairs.far())? {
            own.extend(at.field(self, &Path::EMPTY, field)?);
        }
        let far = (keys..keys + own.len()).map(named).collect();
        let on = all_equal(own, far)?;
        Ok(Joined { key: (0..keys).map(named).collect(), rows, on, alias: alias.clone() })
    }

    /// Of numbered rows those whose number is within the bounds, in order.
    fn within(
        &mut self,
        rows: SelectStatement,
        columns: usize,
        children: &Children,
    ) -> Result<SelectStatement> {
        let mut statement = self.derived(rows, columns);
        let number = || Expr::col(iden(NUMBER));
        for (bound, op) in
            [(&children.after, BinOper::GreaterThan), (&children.up_to, BinOper::SmallerThanOrEqual)]
        {
            if let Some(bound) = bound {
                let bound = self.value(bound, None)?;
                statement.and_where(binary(number(), op, bound));
            }
        }
        statement.order_by_expr(number(), sea_query::Order::Asc);
        Ok(statement)
    }
}

/// The pairs of a table between, and how they are joined.
struct Joined {
    rows: SelectStatement,
    alias: String,
    on: Expr,
    /// The key of the row that the relation starts at.
    key: Vec<Expr>,
}
