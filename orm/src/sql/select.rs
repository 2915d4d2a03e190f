//! Queries of rows.

use sea_query::{BinOper, Expr, Func, NullOrdering, OrderedStatement, SelectStatement};

use super::build::{Builder, internal};
use super::condition::tree;
use super::decimal::{column_scale, scale_of};
use super::expr::{and, binary, equal, nullable, word};
use super::list::sub_query;
use super::name::iden;
use super::source::{Source, column, key_columns, referenced};
use super::writer::{LIMIT, NO_LIMIT, Text};
use crate::error::Result;
use crate::expr::{Node, Nulls, Order, Path, Via};
use crate::model::Field;
use crate::plan::check::group::is_grouped;
use crate::plan::check::width;
use crate::plan::same::position_among;
use crate::plan::{Output, Select};
use crate::types::Value;

/// What a query is to give.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted<'n> {
    /// What the plan says.
    Output,
    /// The same, with a name for every column, as a derived table needs.
    Named,
    /// The same again, in order: the fields of a key, for a list of them.
    Keys,
    /// One expression, its decimals at this scale.
    Single(&'n Node, Option<u8>),
    /// The primary key.
    Key,
    /// A one for every row.
    One,
    /// The number of rows.
    Count,
}

/// The rows that belong to a row of the query around.
#[derive(Debug)]
pub(super) struct Correlation {
    /// What joins the inner rows to the outer one.
    pub(super) via: Via,
    /// The key of the outer row.
    pub(super) key: Vec<Expr>,
}

impl Builder {
    pub(super) fn rows(&mut self, select: &Select) -> Result<(Text, Vec<u8>)> {
        let (statement, scales) = self.query(select, Wanted::Output, None)?;
        let mut text = self.write(&statement)?;
        text.push(&self.tail);
        Ok((text, scales))
    }

    /// How many rows `all` would give.
    pub(super) fn count(&mut self, select: &Select) -> Result<Text> {
        let bounded = select.limit.is_some() || select.offset.is_some();
        if !bounded && !select.distinct && !is_grouped(select) {
            let (statement, _) = self.query(select, Wanted::Count, None)?;
            return self.write(&statement);
        }
        let wanted = if select.distinct || self.is_whole(select) { Wanted::Named } else { Wanted::One };
        let (rows, _) = self.query(select, wanted, None)?;
        let mut statement = SelectStatement::new();
        statement.expr(Func::cust("COUNT").arg(word("*")));
        statement.from_subquery(rows, iden(&self.alias()));
        self.write(&statement)
    }

    /// Whether `all` would give a row.
    pub(super) fn exists(&mut self, select: &Select) -> Result<Text> {
        let bounded = select.limit.is_some() || select.offset.is_some();
        let whole = (select.distinct && bounded) || self.is_whole(select);
        let (mut rows, _) = self.query(select, if whole { Wanted::Named } else { Wanted::One }, None)?;
        if bounded {
            // Not every server minds a LIMIT right inside of EXISTS.
            let inner = rows;
            rows = SelectStatement::new();
            rows.expr(word("1")).from_subquery(inner, iden(&self.alias()));
        }
        let mut statement = SelectStatement::new();
        statement.expr(Expr::exists(rows));
        self.write(&statement)
    }

    /// Whether the outputs matter even where rows are only counted: aggregates without keys make one group of
    /// all rows, and conditions on groups may go by the names of outputs.
    fn is_whole(&self, select: &Select) -> bool {
        let named = self.dialect.keys_by_name && !select.having.is_empty();
        is_grouped(select) && (select.group.is_empty() || named)
    }

    /// A query of one expression, with a name where it is limited and so goes into a derived table.
    pub(super) fn sub_query(
        &mut self,
        select: &Select,
        output: &Node,
        scale: Option<u8>,
    ) -> Result<SelectStatement> {
        Ok(self.query(select, Wanted::Single(output, scale), None)?.0)
    }

    /// A query of the fields of a key.
    pub(super) fn key_query(&mut self, select: &Select) -> Result<SelectStatement> {
        Ok(self.query(select, Wanted::Keys, None)?.0)
    }

    /// All columns of these rows, from a derived table.
    pub(super) fn derived(&mut self, rows: SelectStatement, columns: usize) -> SelectStatement {
        let mut statement = SelectStatement::new();
        for at in 0..columns {
            statement.column(iden(&column_name(at)));
        }
        statement.from_subquery(rows, iden(&self.alias()));
        statement
    }

    pub(super) fn query(
        &mut self,
        select: &Select,
        wanted: Wanted<'_>,
        correlation: Option<Correlation>,
    ) -> Result<(SelectStatement, Vec<u8>)> {
        let mut at = Source::new(self, select.table, &select.group);
        let mut statement = SelectStatement::new();
        let scales = self.outputs(&mut at, select, wanted, &mut statement)?;

        let skips = std::mem::replace(&mut self.skips, select.offset.is_some());
        let own = self.all_of(&mut at, &select.filter);
        self.skips = skips;
        let own = own?;
        let related = match correlation {
            Some(correlation) => Some(self.related_to(&mut at, correlation)?),
            None => None,
        };
        if let Some(filter) = related.into_iter().chain(own).reduce(and) {
            statement.and_where(filter);
        }
        for key in &select.group {
            let columns = match at.key(key) {
                Some((_, Some(name))) => vec![Expr::col(iden(name))],
                _ => self.columns(&mut at, key)?,
            };
            statement.add_group_by(columns);
        }
        if let Some(having) = self.all_of(&mut at, &select.having)? {
            statement.and_having(having);
        }
        // What is only counted has no order, unless that decides which rows are meant.
        let ordered = match wanted {
            Wanted::Output | Wanted::Keys => true,
            Wanted::Single(..) | Wanted::Key => select.limit.is_some() || select.offset.is_some(),
            Wanted::Named | Wanted::One | Wanted::Count => false,
        };
        if ordered {
            for order in &select.order {
                self.order(&mut at, select, order, &mut statement)?;
            }
        }
        let whole = matches!(wanted, Wanted::Output | Wanted::Named | Wanted::Keys | Wanted::Single(..));
        if whole && select.distinct {
            statement.distinct();
        }
        self.bounds(select, &mut statement)?;
        if let Some(lock) = &select.lock {
            self.lock(&mut at, lock, &mut statement)?;
        }
        at.add_to(&mut statement);
        Ok((statement, scales))
    }

    /// The condition that the inner row belongs to the outer one.
    ///
    /// Where a table is between, the key of the inner row is among those that it has for the outer row: so each
    /// row is there once, however many pairs name it.
    fn related_to(&mut self, at: &mut Source<'_>, correlation: Correlation) -> Result<Expr> {
        let pairs = match correlation.via {
            Via::ForeignKey(path, field) => {
                let own = at.field(self, &path, field)?;
                return all_equal(own, correlation.key);
            }
            Via::Through(pairs) => pairs,
        };
        let between = Source::new(self, pairs.table(), &[]);
        let alias = between.alias.clone();
        let columns = |field: &Field| field.columns.iter().map(|def| column(alias.as_deref(), def)).collect();
        let mut rows = SelectStatement::new();
        let far: Vec<Expr> = columns(pairs.far());
        rows.exprs(far);
        rows.and_where(all_equal(columns(pairs.near()), correlation.key)?);
        between.add_to(&mut rows);
        let mut key = Vec::new();
        for field in referenced(pairs.far())? {
            key.extend(at.field(self, &Path::EMPTY, field)?);
        }
        let key = match <[Expr; 1]>::try_from(key) {
            Ok([one]) => one,
            Err(several) => Expr::Tuple(several),
        };
        Ok(binary(key, BinOper::In, sub_query(rows)))
    }

    fn outputs(
        &mut self,
        at: &mut Source<'_>,
        select: &Select,
        wanted: Wanted<'_>,
        statement: &mut SelectStatement,
    ) -> Result<Vec<u8>> {
        let mut exprs = Vec::new();
        let mut scales = Vec::new();
        let mut named = false;
        match wanted {
            Wanted::Output | Wanted::Named | Wanted::Keys => {
                named = !matches!(wanted, Wanted::Output);
                for output in &select.output {
                    self.output(at, output, &mut exprs, &mut scales)?;
                }
            }
            Wanted::Single(node, scale) => {
                named = true;
                match scale {
                    Some(_) => exprs.push(self.single(at, node, scale)?),
                    None => exprs = self.columns(at, node)?,
                }
            }
            Wanted::Key => {
                named = true;
                exprs = key_columns(at.table).map(|def| column(at.alias.as_deref(), def)).collect();
            }
            Wanted::One => exprs.push(word("1")),
            Wanted::Count => exprs.push(Func::cust("COUNT").arg(word("*")).into()),
        }
        let keys = self.keys_by_name(at, select, wanted);
        for (number, expr) in exprs.into_iter().enumerate() {
            let is_key = keys.iter().any(|(at, _)| *at == number);
            match named || is_key {
                true => statement.expr_as(expr, iden(&column_name(number))),
                false => statement.expr(expr),
            };
        }
        for (number, key) in keys {
            at.name_key(key, column_name(number));
        }
        Ok(scales)
    }

    /// The outputs that are keys of the group and expressions, by column, where those go by names.
    fn keys_by_name<'s>(
        &self,
        at: &Source<'_>,
        select: &'s Select,
        wanted: Wanted<'_>,
    ) -> Vec<(usize, &'s Node)> {
        let mut keys = Vec::new();
        if !self.dialect.keys_by_name || !matches!(wanted, Wanted::Output | Wanted::Named) {
            return keys;
        }
        let mut column = 0;
        for output in &select.output {
            match output {
                // Never beside keys.
                Output::Model(_) | Output::Far(..) | Output::There(_) => return Vec::new(),
                Output::Expr(node) => {
                    if let Node::Key(inner) = node
                        && !matches!(**inner, Node::Field(..))
                        && at.key(inner).is_some()
                    {
                        keys.push((column, &**inner));
                    }
                    column += width(node);
                }
            }
        }
        keys
    }

    pub(super) fn output(
        &mut self,
        at: &mut Source<'_>,
        output: &Output,
        exprs: &mut Vec<Expr>,
        scales: &mut Vec<u8>,
    ) -> Result<()> {
        let scaled = self.dialect.scaled_decimals;
        let (columns, table) = match output {
            Output::Model(path) => at.model(self, path)?,
            Output::Far(via, table) => (at.far(self, via, table)?, *table),
            Output::There(path) => {
                exprs.push(at.is_there(self, path)?);
                scales.push(0);
                return Ok(());
            }
            Output::Expr(node) => {
                let columns = self.columns(at, node)?;
                let scale = scale_of(node).filter(|_| scaled).unwrap_or(0);
                scales.extend(columns.iter().map(|_| scale));
                exprs.extend(columns);
                return Ok(());
            }
        };
        exprs.extend(columns);
        scales.extend(table.columns().map(|def| column_scale(def).filter(|_| scaled).unwrap_or(0)));
        Ok(())
    }

    pub(super) fn order(
        &mut self,
        at: &mut Source<'_>,
        select: &Select,
        order: &Order,
        statement: &mut impl OrderedStatement,
    ) -> Result<()> {
        let columns = match (&order.node, selected(select, &order.node)) {
            // Distinct rows are ordered by what is selected, literally.
            (Node::Field(path, field), Some(Output::Model(_))) => at.own_field(self, path, field)?,
            (_, Some(Output::Expr(node))) => self.columns(at, node)?,
            (node, _) => self.columns(at, node)?,
        };
        let direction = if order.descending { sea_query::Order::Desc } else { sea_query::Order::Asc };
        let first = match order.nulls {
            Nulls::First => true,
            Nulls::Last => false,
            Nulls::Smallest => !order.descending,
        };
        let by_itself = order.descending == self.dialect.nulls_largest;
        let nulls = if first { NullOrdering::First } else { NullOrdering::Last };
        let types = crate::plan::check::types_of(&order.node);
        for (at, column) in columns.into_iter().enumerate() {
            let column = self.ordered(column, types.get(at).copied());
            if nullable(&order.node) && first != by_itself {
                statement.order_by_expr_with_nulls(column, direction.clone(), nulls);
            } else {
                statement.order_by_expr(column, direction.clone());
            }
        }
        Ok(())
    }

    fn bounds(&mut self, select: &Select, statement: &mut SelectStatement) -> Result<()> {
        if let Some(limit) = &select.limit {
            statement.limit(self.bound(limit)? | LIMIT);
        } else if select.offset.is_some() && self.dialect.no_limit.is_some() {
            statement.limit(NO_LIMIT);
        }
        if let Some(offset) = &select.offset {
            statement.offset(self.bound(offset)?);
        }
        Ok(())
    }

    /// The number of the slot of a limit or offset.
    fn bound(&mut self, value: &Value) -> Result<u64> {
        match self.value(value, None)? {
            Expr::Value(sea_query::Value::BigUnsigned(Some(slot))) => Ok(slot),
            _ => Err(internal("a limit without a slot")),
        }
    }
}

/// The output that an order of distinct rows is an order by.
fn selected<'s>(select: &'s Select, node: &Node) -> Option<&'s Output> {
    if !select.distinct {
        return None;
    }
    select.output.get(position_among(node, &select.output)?)
}

/// The name of a column of a derived table.
pub(super) fn column_name(number: usize) -> String {
    format!("orm_c{number}")
}

pub(super) fn all_equal(own: Vec<Expr>, key: Vec<Expr>) -> Result<Expr> {
    if own.is_empty() || own.len() != key.len() {
        return Err(internal("a relation whose columns do not match the key"));
    }
    let parts = own.into_iter().zip(key).map(|(own, key)| equal(own, key)).collect();
    Ok(tree(parts, BinOper::And))
}
