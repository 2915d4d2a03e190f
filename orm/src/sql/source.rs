//! Where rows come from: a table, and what its paths join.

use sea_query::{BinOper, Expr, JoinType, SelectStatement};

use super::build::{Builder, internal};
use super::expr::{and, binary, equal, word};
use super::name::{iden, table_ref};
use crate::error::Result;
use crate::expr::{Node, Path, Via};
use crate::model::{ColumnDef, Field, Table};
use crate::plan::{same_field, same_node};

/// A table, the joins its paths need, and the keys it is grouped by.
#[derive(Debug)]
pub(super) struct Source<'n> {
    /// `None` where the statement has no place for an alias; then nothing can be joined.
    pub(super) alias: Option<String>,
    pub(super) table: &'static Table,
    pub(super) group: &'n [Node],
    /// Keys of the group that go by the name they were selected by.
    names: Vec<(usize, String)>,
    joins: Vec<Join>,
    /// Those of the far sides of one-to-ones: the rows that refer to this one.
    far: Vec<Join>,
}

#[derive(Debug)]
struct Join {
    hops: Vec<&'static Field>,
    alias: String,
    table: &'static Table,
    left: bool,
    on: Expr,
}

impl<'n> Source<'n> {
    pub(super) fn new(builder: &mut Builder, table: &'static Table, group: &'n [Node]) -> Self {
        Self {
            alias: Some(builder.alias()),
            table,
            group,
            names: Vec::new(),
            joins: Vec::new(),
            far: Vec::new(),
        }
    }

    /// The table of an update or delete that has no alias.
    pub(super) fn bare(table: &'static Table) -> Self {
        Self { alias: None, table, group: &[], names: Vec::new(), joins: Vec::new(), far: Vec::new() }
    }

    /// The columns of a field at the end of a path.
    ///
    /// The key of a referenced row is the foreign key itself: no join is needed for it.
    pub(super) fn field(
        &mut self,
        builder: &mut Builder,
        path: &Path,
        field: &'static Field,
    ) -> Result<Vec<Expr>> {
        let (hops, columns) = shortened(path, field);
        let alias = self.join(builder, &hops)?;
        Ok(columns.iter().map(|def| column(alias.as_deref(), def)).collect())
    }

    /// The name of the table at the end of a path, which is joined for it.
    pub(super) fn name(&mut self, builder: &mut Builder, path: &Path) -> Result<Option<String>> {
        let hops: Vec<_> = path.hops().collect();
        self.join(builder, &hops)
    }

    /// Whether tables are joined that have none of these names.
    pub(super) fn joins_others(&self, names: &[String]) -> bool {
        self.joins.iter().chain(&self.far).any(|join| !names.contains(&join.alias))
    }

    /// The columns of a field of the joined model itself, where that is what was selected.
    pub(super) fn own_field(
        &mut self,
        builder: &mut Builder,
        path: &Path,
        field: &'static Field,
    ) -> Result<Vec<Expr>> {
        let hops: Vec<_> = path.hops().collect();
        let alias = self.join(builder, &hops)?;
        Ok(field.columns.iter().map(|def| column(alias.as_deref(), def)).collect())
    }

    /// A column that no field has, of the table at the end of a path.
    pub(super) fn hidden(&mut self, builder: &mut Builder, path: &Path, name: &str) -> Result<Expr> {
        let hops: Vec<_> = path.hops().collect();
        let alias = self.join(builder, &hops)?;
        Ok(match alias {
            Some(alias) => Expr::col((iden(&alias), iden(name))),
            None => Expr::col(iden(name)),
        })
    }

    /// All columns of the model at the end of a path; NULL where there is no such row.
    pub(super) fn model(
        &mut self,
        builder: &mut Builder,
        path: &Path,
    ) -> Result<(Vec<Expr>, &'static Table)> {
        let hops: Vec<_> = path.hops().collect();
        let alias = self.join(builder, &hops)?;
        let table = match hops.last().map(|hop| target(hop)) {
            Some(table) => table?,
            None => self.table,
        };
        Ok((table.columns().map(|def| column(alias.as_deref(), def)).collect(), table))
    }

    /// Whether there is a row at the end of a path: its own key says so, which a foreign key to it need not.
    pub(super) fn is_there(&mut self, builder: &mut Builder, path: &Path) -> Result<Expr> {
        let (_, table) = self.model(builder, path)?;
        let key = table.primary_key.iter().flat_map(|field| field.columns).next();
        let key = key.ok_or_else(|| internal("a foreign key to a table without a key"))?;
        let hops: Vec<_> = path.hops().collect();
        let alias = self.join(builder, &hops)?;
        Ok(binary(column(alias.as_deref(), key), BinOper::IsNot, word("NULL")))
    }

    /// All columns of the one row that refers to this one; NULL where there is none.
    pub(super) fn far(
        &mut self,
        builder: &mut Builder,
        via: &Via,
        table: &'static Table,
    ) -> Result<Vec<Expr>> {
        let Via::ForeignKey(_, field) = via else {
            return Err(internal("the far side of a one-to-one with a table between"));
        };
        let mut key = Vec::new();
        for referenced in referenced(field)? {
            key.extend(self.field(builder, &Path::EMPTY, referenced)?);
        }
        let alias = builder.alias();
        let pairs = key.into_iter().zip(field.columns);
        let on = pairs.map(|(key, own)| equal(key, column(Some(&alias), own))).reduce(and);
        let on = on.ok_or_else(|| internal("a foreign key to a table without a key"))?;
        let columns = table.columns().map(|def| column(Some(&alias), def)).collect();
        self.far.push(Join { hops: Vec::new(), alias, table, left: true, on });
        Ok(columns)
    }

    /// The alias of the table at the end of these hops, joined if it is not yet.
    ///
    /// An inner join only where every foreign key on the way is there in every row: it can drop none. All
    /// joins are to unique keys, so they multiply none either.
    fn join(&mut self, builder: &mut Builder, hops: &[&'static Field]) -> Result<Option<String>> {
        let Some((last, before)) = hops.split_last() else {
            return Ok(self.alias.clone());
        };
        if let Some(known) = self.joins.iter().find(|join| same_hops(&join.hops, hops)) {
            return Ok(Some(known.alias.clone()));
        }
        let from = self.join(builder, before)?;
        let Some(from) = from else {
            return Err(internal("a path in a statement that joins nothing"));
        };
        let left =
            last.nullable() || self.joins.iter().any(|join| join.left && same_hops(&join.hops, before));
        let table = target(last)?;
        let alias = builder.alias();
        let key = referenced(last)?;
        let on = key
            .iter()
            .flat_map(|field| field.columns)
            .zip(last.columns)
            .map(|(key, own)| equal(column(Some(&from), own), column(Some(&alias), key)))
            .reduce(and)
            .ok_or_else(|| internal("a foreign key to a table without a key"))?;
        self.joins.push(Join { hops: hops.to_vec(), alias: alias.clone(), table, left, on });
        Ok(Some(alias))
    }

    /// The key of the group that the node is, and the name it goes by, if it has one.
    pub(super) fn key(&self, node: &Node) -> Option<(&'n Node, Option<&str>)> {
        let at = self.group.iter().position(|key| same_node(key, node))?;
        let name = self.names.iter().find(|(named, _)| *named == at).map(|(_, name)| name.as_str());
        self.group.get(at).map(|key| (key, name))
    }

    /// From here on, the key that was selected goes by its name.
    pub(super) fn name_key(&mut self, node: &Node, name: String) {
        if let Some(at) = self.group.iter().position(|key| same_node(key, node)) {
            self.names.push((at, name));
        }
    }

    /// Adds the table and its joins to a statement.
    pub(super) fn add_to(self, statement: &mut SelectStatement) {
        let table = table_ref(self.table);
        statement.from(match &self.alias {
            Some(alias) => table.alias(iden(alias)),
            None => table,
        });
        for join in self.joins.into_iter().chain(self.far) {
            let kind = if join.left { JoinType::LeftJoin } else { JoinType::InnerJoin };
            statement.join(kind, table_ref(join.table).alias(iden(&join.alias)), join.on);
        }
    }
}

/// The shortest way to a field: hops, and the columns at their end.
pub(super) fn shortened(path: &Path, field: &'static Field) -> (Vec<&'static Field>, &'static [ColumnDef]) {
    let mut hops: Vec<_> = path.hops().collect();
    let mut field = field;
    let mut columns = field.columns;
    while let Some(last) = hops.last()
        && let Some(same) = in_foreign_key(last, field, columns)
    {
        columns = same;
        field = last;
        hops.pop();
    }
    (hops, columns)
}

/// The columns of a foreign key that hold the same as these columns of a field of the row referred to.
fn in_foreign_key(
    hop: &'static Field,
    field: &Field,
    columns: &'static [ColumnDef],
) -> Option<&'static [ColumnDef]> {
    let mut offset = 0;
    for key in hop.reference?.fields() {
        if same_field(key, field) {
            let within = key.columns.iter().position(|column| columns.first() == Some(column))?;
            let same = hop.columns.get(offset + within..offset + within + columns.len())?;
            return (hop.over.is_empty() || says_null(hop, same)).then_some(same);
        }
        offset += key.columns.len();
    }
    None
}

/// Whether these columns of a foreign key over fields are NULL wherever it refers to nothing: a column that it shares may
/// hold a value there.
fn says_null(hop: &Field, columns: &[ColumnDef]) -> bool {
    hop.columns.iter().all(|column| !column.nullable || columns.contains(column))
}

/// The fields that a foreign key refers to.
pub(super) fn referenced(field: &Field) -> Result<&'static [&'static Field]> {
    match &field.reference {
        Some(reference) => Ok(reference.fields()),
        None => Err(internal("a relation by a field that is no foreign key")),
    }
}

/// The columns of a table's primary key.
pub(super) fn key_columns(table: &'static Table) -> impl Iterator<Item = &'static ColumnDef> {
    table.primary_key.iter().flat_map(|field| field.columns)
}

pub(super) fn target(hop: &Field) -> Result<&'static Table> {
    match &hop.reference {
        Some(reference) => Ok((reference.target)()),
        None => Err(internal("a path along a field that is no foreign key")),
    }
}

/// A column, of this source if the statement names its sources.
pub(super) fn column(alias: Option<&str>, def: &ColumnDef) -> Expr {
    match alias {
        Some(alias) => Expr::col((iden(alias), iden(def.name))),
        None => Expr::col(iden(def.name)),
    }
}

fn same_hops(a: &[&'static Field], b: &[&'static Field]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_field(a, b))
}
