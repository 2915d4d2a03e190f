//! Models as a schema that is owned: what the rest of this folder writes DDL from.

use super::{
    check, comment, constraint, enumeration, expression, full_text, generated, refuse, schema, table,
};
use crate::driver::{Backend, Server};
use crate::error::Result;
use crate::expr::Node;
use crate::model::{
    AutoValue, ColumnDef, DbDefault, Field, IndexMethod, IndexOf, SchemaExpr, constraint_name, index_name,
};
use crate::model::{Index as ModelIndex, Table as Model};
use crate::plan::{check::type_of, same_field, same_table};
use crate::schema::{
    Check, Default, Embedded, Expression, ForeignKey, Generated, Index, Literal, Part, PartOf, PrimaryKey,
    Table, TableColumn, TableName, Texts,
};
use crate::sql::decimal::column_scale;
use crate::sql::dialect;
use crate::sql::expr::nullable;
use crate::types::intern;

/// The tables of the models, each once, without those that are not ours. Expressions have their SQL for each of the
/// servers. Foreign keys of the fields `apart` are left out: they lead to other databases.
///
/// # Errors
///
/// `Schema` for models that cannot be tables on any backend; for each server, those of names, types and expressions.
pub(crate) fn describe(
    tables: &[&'static Model],
    apart: &[&'static Field],
    servers: &[Server],
) -> Result<Vec<Table>> {
    let models = ours(tables);
    let all = |servers: &[Server], bare: bool| -> Result<Vec<Table>> {
        let describe = |table: &&'static Model| {
            one(table, apart, servers, bare).map_err(|error| error.with_model(table.model))
        };
        models.iter().map(describe).collect()
    };
    // What is wrong with names is told first, then what is wrong with types, and then with expressions.
    let bare = all(&[], true)?;
    let title = |at: usize, other: usize| match (models.get(at), models.get(other)) {
        (Some(model), Some(other)) => refuse::of_version(model, other),
        _ => String::new(),
    };
    for server in servers {
        refuse::tables(dialect::of(server.backend), &bare, &title)?;
    }
    let plain = all(&[], false)?;
    for server in servers {
        plain.iter().try_for_each(|table| table::types(*server, table))?;
    }
    if servers.iter().any(|server| server.backend == Backend::Postgres) {
        enumeration::distinct(&models)?;
    }
    all(servers, false)
}

/// The tables that are ours to make and remove, each once.
pub(super) fn ours(tables: &[&'static Model]) -> Vec<&'static Model> {
    let mut ours: Vec<&'static Model> = Vec::with_capacity(tables.len());
    for table in tables.iter().copied().filter(|table| table.managed) {
        if !ours.iter().any(|known| same_table(known, table)) {
            ours.push(table);
        }
    }
    ours
}

/// One table. A `bare` one is of use for its names alone, and nothing is refused.
fn one(table: &'static Model, apart: &[&'static Field], servers: &[Server], bare: bool) -> Result<Table> {
    let mut columns = Vec::new();
    let mut foreign_keys = Vec::new();
    for field in table.fields {
        let own = |error: crate::error::Error| error.with_field(field.name);
        if !bare && field.auto == AutoValue::Increment && field.columns.len() != 1 {
            return Err(own(schema("only a primary key of one integer column can count up")));
        }
        columns.extend(self::columns(table, field, servers, bare).map_err(own)?);
    }
    for field in table.foreign_keys() {
        let key = foreign_key(table, field, bare)?;
        if !apart.iter().any(|other| same_field(other, field)) {
            foreign_keys.extend(key);
        }
    }
    let key: Vec<_> = table.primary_key.iter().flat_map(|field| field.columns).map(|def| def.name).collect();
    let primary_key = (!key.is_empty())
        .then(|| PrimaryKey { name: constraint_name(&table.full_name(), &key, "pk"), columns: owned(key) });
    let check = |check: &crate::model::Check| {
        let condition =
            expression(servers, check.condition, |server| expression::truth(server, table, check.condition))?;
        Ok(Check { name: check.name_in(table), condition })
    };
    Ok(Table {
        name: name_of(table),
        model: table.model.to_owned(),
        comment: comment::of(table.comment, table.doc),
        primary_key,
        columns,
        foreign_keys,
        indexes: indexes(table, servers)?,
        checks: table.checks.iter().map(check).collect::<Result<_>>()?,
        embedded: embedded(table),
    })
}

/// A foreign key. Its columns are in the order of the key that they refer to: InnoDB takes no other.
fn foreign_key(table: &'static Model, field: &'static Field, bare: bool) -> Result<Option<ForeignKey>> {
    let Some(reference) = field.reference else { return Ok(None) };
    let target = (reference.target)();
    let mut pairs: Vec<_> = field.columns.iter().zip(targets(field, bare)?).collect();
    if let Some(key) = target.unique_key_of(reference.fields()) {
        let order: Vec<_> = key.iter().flat_map(|field| field.columns).collect();
        pairs.sort_by_key(|(_, to)| order.iter().position(|def| def == to));
    }
    let names = pairs.iter().map(|(def, _)| def.name);
    let own: Vec<_> = field.columns.iter().map(|def| def.name).collect();
    Ok(Some(ForeignKey {
        name: constraint_name(&table.full_name(), &own, "fk"),
        columns: owned(names),
        table: name_of(target),
        to: owned(pairs.iter().map(|(_, def)| def.name)),
        on_delete: reference.on_delete,
        on_update: reference.on_update,
        partial: !field.over.is_empty() && field.nullable(),
    }))
}

/// The name of the table of a model.
pub(super) fn name_of(table: &Model) -> TableName {
    TableName { schema: table.meta.schema.map(str::to_owned), name: table.full_name() }
}

fn owned<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

/// The columns of a field; those of a foreign key as wide as those of the key it refers to.
fn columns(
    table: &'static Model,
    field: &'static Field,
    servers: &[Server],
    bare: bool,
) -> Result<Vec<TableColumn>> {
    if !bare && !field.db_default.fits(field.columns) {
        return Err(schema("the default of the database is no value of the field"));
    }
    let generated = match field.generated.filter(|_| !bare) {
        Some(generated) => {
            let def = generated::column(table, field, generated)?;
            let scale = column_scale(def);
            let value = expression(servers, generated.value, |server| {
                expression::value(server, table, generated.value, scale)
            })?;
            Some(Generated { value, stored: generated.stored })
        }
        None => None,
    };
    if !bare {
        check::are_choices(field)?;
    }
    let targets = targets(field, bare)?;
    let mut columns = Vec::with_capacity(field.columns.len());
    for (at, def) in field.columns.iter().enumerate() {
        let target = targets.get(at).filter(|_| !bare).map(|target| widths(target, field, 0)).transpose()?;
        columns.push(TableColumn {
            name: def.name.to_owned(),
            field: field.name.to_owned(),
            ty: intern::nameless(def.ty),
            nullable: def.nullable,
            // A column of a type of its own keeps its own.
            max_length: def.max_length.or(target.and_then(|target| target.max_length)),
            precision: def.precision.or(target.and_then(|target| target.precision)),
            db_type: def.db_type.into(),
            collation: def.collation.into(),
            increment: field.auto == AutoValue::Increment,
            default: match &field.db_default {
                DbDefault::None => Default::None,
                DbDefault::Literal(value) => Default::Value(value.into()),
                DbDefault::Now => Default::Now,
                DbDefault::Uuid => Default::Uuid,
                DbDefault::Sql(texts) => Default::Sql((*texts).into()),
            },
            generated: generated.clone(),
            choices: field.choices.iter().map(Literal::from).collect(),
            comment: comment::of(field.comment, field.doc),
        });
    }
    Ok(columns)
}

/// The columns that a foreign key refers to.
fn targets(field: &'static Field, bare: bool) -> Result<Vec<&'static ColumnDef>> {
    match constraint::target_columns(field) {
        Err(_) if bare => Ok(Vec::new()),
        targets => targets,
    }
}

/// The column that a key comes from at last, where keys are themselves foreign keys.
fn widths(def: &'static ColumnDef, field: &'static Field, depth: u32) -> Result<&'static ColumnDef> {
    let Some(reference) = &field.reference else {
        return Ok(def);
    };
    let table = (reference.target)();
    let Some(owner) = table.fields.iter().find(|owner| owner.columns.contains(def)) else {
        return Ok(def);
    };
    if owner.reference.is_none() || depth > 8 {
        return Ok(def);
    }
    let at = owner.columns.iter().position(|column| column == def);
    match at
        .and_then(|at| constraint::target_columns(owner).map(|columns| columns.get(at).copied()).transpose())
    {
        Some(target) => widths(target?, owner, depth + 1),
        None => Ok(def),
    }
}

fn expression(
    servers: &[Server],
    expr: SchemaExpr,
    write: impl Fn(Server) -> Result<String>,
) -> Result<Expression> {
    let node = expr.node();
    let mut sql = Texts::default();
    for server in servers {
        sql.set(server.backend, write(*server)?);
    }
    Ok(Expression {
        text: expr.text(),
        sql,
        columns: owned(expr.columns().iter().map(|def| def.name)),
        ty: type_of(&node).map(intern::nameless),
        nullable: nullable(&node),
    })
}

/// The unique keys and indexes of a table, each once, without what the primary key does already: first those that
/// are constraints.
fn indexes(table: &'static Model, servers: &[Server]) -> Result<Vec<Index>> {
    let mut all: Vec<Index> = Vec::new();
    let mut add = |index: Index| {
        // Two that differ under one name are refused later on.
        if !all.contains(&index) {
            all.push(index);
        }
    };
    for field in table.fields {
        let is_key = matches!(table.primary_key, [key] if same_field(key, field));
        if is_key || !(field.unique || field.index) {
            continue;
        }
        let names: Vec<_> = field.columns.iter().map(|def| def.name).collect();
        add(if field.unique {
            Index::unique(constraint_name(&table.full_name(), &names, "uq"), &names)
        } else {
            Index::new(index_name(&table.full_name(), &names), &names)
        });
    }
    for index in table.indexes {
        add(self::index(table, index, servers)?);
    }
    all.sort_by_key(|index| !index.is_constraint());
    Ok(all)
}

fn index(table: &'static Model, index: &'static ModelIndex, servers: &[Server]) -> Result<Index> {
    let mut parts = Vec::with_capacity(index.parts.len());
    let is_full_text = index.method == IndexMethod::FullText;
    if is_full_text {
        let of = PartOf::Expression(full_text::expression(index, servers)?);
        parts.push(Part { of, descending: false });
    }
    for part in index.parts.iter().filter(|_| !is_full_text) {
        let descending = part.descending;
        let mut columns = |columns: &'static [ColumnDef]| {
            parts.extend(columns.iter().map(|def| Part { descending, ..Part::column(def.name) }));
        };
        match part.of {
            IndexOf::Field(field) => columns(field.columns),
            IndexOf::Expression(expr) => match expr.node() {
                // MySQL wants it without parentheses.
                Node::Field(path, field) if path.is_empty() => columns(field.columns),
                _ => {
                    let of = PartOf::Expression(expression(servers, expr, |server| {
                        expression::value(server, table, expr, None)
                    })?);
                    parts.push(Part { of, descending });
                }
            },
        }
    }
    let condition = index.condition.map(|condition| {
        expression(servers, condition, |server| expression::condition(server, table, condition))
    });
    Ok(Index {
        name: index.name_in(table),
        unique: index.unique,
        parts,
        condition: condition.transpose()?,
        method: index.method,
        op_class: index.op_class.map(str::to_owned),
        include: owned(index.include.iter().flat_map(|field| field.columns).map(|def| def.name)),
    })
}

/// The embedded structs that may be absent.
fn embedded(table: &'static Model) -> Vec<Embedded> {
    let mut structs: Vec<&str> = Vec::new();
    for field in table.fields {
        if let Some(name) = absent_with(field).filter(|name| !structs.contains(name)) {
            structs.push(name);
        }
    }
    let embedded = |name: &str| {
        let inside = |field: &&Field| field.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        let fields = || table.fields.iter().filter(inside);
        let needed = fields().filter(|field| absent_with(field) == Some(name));
        Embedded {
            field: name.to_owned(),
            columns: owned(fields().flat_map(|field| field.columns).map(|def| def.name)),
            required: owned(needed.flat_map(|field| field.columns).map(|def| def.name)),
        }
    };
    structs.into_iter().map(embedded).collect()
}

/// The embedded struct that the field is NULL with.
fn absent_with(field: &Field) -> Option<&'static str> {
    field.name.get(..field.absent_with).filter(|name| !name.is_empty())
}
