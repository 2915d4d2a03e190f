//! What a database should say of a table, from the model's metadata and the table in `docs/types.md`, and what differs.

use std::collections::{BTreeMap, BTreeSet};

use orm::Backend;
use orm::model::{Action, AutoValue, ColumnDef, DbDefault, Field, IndexMethod, IndexOf, Table};
use orm::types::{EnumDef, EnumValue, Type};

use super::{CatalogColumn, CatalogForeignKey, CatalogIndex, CatalogTable, Generation};
use crate::Kind;

fn backend(kind: Kind) -> Backend {
    match kind {
        Kind::Sqlite => Backend::Sqlite,
        Kind::Postgres => Backend::Postgres,
        Kind::MariaDb => Backend::MariaDb,
        Kind::MySql => Backend::MySql,
    }
}

/// The comment, where there are any; as much of it as MySQL and MariaDB take, `most` characters.
fn comment(kind: Kind, given: Option<&str>, doc: &str, most: usize) -> Option<String> {
    let first =
        || doc.split("\n\n").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let text = given.map_or_else(first, ToOwned::to_owned);
    let text = match kind {
        Kind::Sqlite | Kind::Postgres => text,
        Kind::MySql | Kind::MariaDb => {
            let plain = |character: char| if character > '\u{ffff}' { '\u{fffd}' } else { character };
            text.chars().take(most).map(plain).collect()
        }
    };
    (kind != Kind::Sqlite && !text.is_empty()).then_some(text)
}

/// The type as `docs/types.md` has it and the catalog writes it.
fn type_of(kind: Kind, def: &ColumnDef) -> Option<String> {
    let (digits, behind) = def.precision.unwrap_or_default();
    let text = |short: &str, long: &str| match def.max_length {
        // Longer ones do not fit into a row of InnoDB.
        Some(length) if kind == Kind::Postgres || length <= 16_383 => format!("{short}({length})"),
        _ => long.to_owned(),
    };
    let [sqlite, postgres, mysql] = match def.ty {
        Type::Bool => ["INTEGER", "BOOLEAN", "TINYINT"].map(ToOwned::to_owned),
        Type::I8 => ["INTEGER", "SMALLINT", "TINYINT"].map(ToOwned::to_owned),
        Type::I16 => ["INTEGER", "SMALLINT", "SMALLINT"].map(ToOwned::to_owned),
        Type::I32 => ["INTEGER", "INTEGER", "INT"].map(ToOwned::to_owned),
        Type::I64 => ["INTEGER", "BIGINT", "BIGINT"].map(ToOwned::to_owned),
        Type::U8 => ["INTEGER", "SMALLINT", "TINYINT UNSIGNED"].map(ToOwned::to_owned),
        Type::U16 => ["INTEGER", "INTEGER", "SMALLINT UNSIGNED"].map(ToOwned::to_owned),
        Type::U32 => ["INTEGER", "BIGINT", "INT UNSIGNED"].map(ToOwned::to_owned),
        Type::U64 => ["INTEGER", "NUMERIC(20,0)", "BIGINT UNSIGNED"].map(ToOwned::to_owned),
        Type::F32 => ["REAL", "REAL", "FLOAT"].map(ToOwned::to_owned),
        Type::F64 => ["REAL", "DOUBLE PRECISION", "DOUBLE"].map(ToOwned::to_owned),
        Type::Text => ["TEXT".to_owned(), text("CHARACTER VARYING", "TEXT"), text("VARCHAR", "LONGTEXT")],
        Type::Bytes => {
            let varbinary = match def.max_length {
                Some(length @ ..=3072) => format!("VARBINARY({length})"),
                _ => "LONGBLOB".to_owned(),
            };
            ["BLOB".to_owned(), "BYTEA".to_owned(), varbinary]
        }
        Type::Date => ["TEXT", "DATE", "DATE"].map(ToOwned::to_owned),
        Type::Time => ["TEXT", "TIME WITHOUT TIME ZONE", "TIME(6)"].map(ToOwned::to_owned),
        Type::DateTime => ["TEXT", "TIMESTAMP WITHOUT TIME ZONE", "DATETIME(6)"].map(ToOwned::to_owned),
        Type::Timestamp => ["TEXT", "TIMESTAMP WITH TIME ZONE", "DATETIME(6)"].map(ToOwned::to_owned),
        Type::Uuid => ["BLOB", "UUID", "BINARY(16)"].map(ToOwned::to_owned),
        Type::Decimal => [
            "INTEGER".to_owned(),
            format!("NUMERIC({digits},{behind})"),
            format!("DECIMAL({digits},{behind})"),
        ],
        Type::Json => {
            ["TEXT", "JSONB", if kind == Kind::MariaDb { "LONGTEXT" } else { "JSON" }].map(ToOwned::to_owned)
        }
        Type::Duration => ["INTEGER", "BIGINT", "BIGINT"].map(ToOwned::to_owned),
        Type::Enum(own) => return type_of_enum(kind, def, own),
        Type::Array(of) if kind == Kind::Postgres => {
            let element = type_of(kind, &ColumnDef { ty: of.element, ..*def })?;
            return Some(format!("{element}[]"));
        }
        // The schema that it is in stands before it.
        Type::Hstore => return Some("PUBLIC.HSTORE".to_owned()),
        _ => return None,
    };
    Some(match kind {
        Kind::Sqlite => sqlite,
        Kind::Postgres => postgres,
        Kind::MySql | Kind::MariaDb => mysql,
    })
}

fn type_of_enum(kind: Kind, def: &ColumnDef, own: &EnumDef) -> Option<String> {
    let values = || {
        let values = own.variants.iter().filter_map(|variant| match variant.value {
            EnumValue::Text(text) => Some(format!("'{}'", text.replace('\'', "''"))),
            EnumValue::Int(_) => None,
        });
        format!("ENUM({})", values.collect::<Vec<_>>().join(",")).to_uppercase()
    };
    match (own.native, kind) {
        (Some(name), Kind::Postgres) => Some(name.to_uppercase()),
        (Some(_), Kind::MySql | Kind::MariaDb) => Some(values()),
        (None, Kind::MySql | Kind::MariaDb) if own.stored == Type::Text => Some("VARCHAR(63)".to_owned()),
        _ => type_of(kind, &ColumnDef { ty: own.stored, ..*def }),
    }
}

/// MariaDB shows how wide integers were once displayed.
fn plain(ty: &str) -> String {
    match (ty.split_once('('), ty.split_once(')')) {
        (Some((name, _)), Some((_, rest))) if name.ends_with("INT") => format!("{name}{rest}"),
        _ => ty.to_owned(),
    }
}

/// The column that a foreign key's column is as wide as.
fn target_of(field: &'static Field, at: usize) -> Option<&'static ColumnDef> {
    let fields = field.reference.as_ref()?.fields();
    let (target, def) = fields
        .iter()
        .flat_map(|target| (0..).zip(target.columns).map(move |(n, def)| ((*target, n), def)))
        .nth(at)?;
    target_of(target.0, target.1).or(Some(def))
}

fn columns(kind: Kind, table: &'static Table) -> Vec<CatalogColumn> {
    let mut all = Vec::new();
    for field in table.fields {
        for (at, def) in field.columns.iter().enumerate() {
            let width = target_of(field, at).unwrap_or(def);
            let wide = ColumnDef { max_length: width.max_length, precision: width.precision, ..*def };
            all.push(CatalogColumn {
                name: def.name.to_owned(),
                ty: type_of(kind, &wide).unwrap_or_default(),
                nullable: def.nullable,
                has_default: !matches!(field.db_default, DbDefault::None),
                generated: match field.generated {
                    None => Generation::No,
                    Some(generated) if generated.stored => Generation::Stored,
                    Some(_) => Generation::Virtual,
                },
                counts: field.auto == AutoValue::Increment,
                collation: def.collation.get(backend(kind)).map(|name| name.trim_matches('"').to_owned()),
                comment: comment(kind, field.comment, field.doc, 1024),
            });
        }
    }
    all
}

fn indexes(kind: Kind, table: &'static Table) -> BTreeMap<String, CatalogIndex> {
    let names = |field: &Field| field.columns.iter().map(|def| def.name).collect::<Vec<_>>();
    let mut all = BTreeMap::new();
    for field in table.fields {
        let is_key = matches!(table.primary_key, [key] if std::ptr::eq(*key, field));
        if is_key || !(field.unique || field.index) {
            continue;
        }
        let name = if field.unique {
            orm::model::constraint_name(&table.full_name(), &names(field), "uq")
        } else {
            orm::model::index_name(&table.full_name(), &names(field))
        };
        let parts = names(field).into_iter().map(|name| (Some(name.to_owned()), false)).collect();
        all.insert(name, CatalogIndex { parts, unique: field.unique, ..CatalogIndex::default() });
    }
    for index in table.indexes {
        let parts = index.parts.iter().flat_map(|part| match part.of {
            IndexOf::Field(field) => {
                names(field).into_iter().map(|name| (Some(name.to_owned()), part.descending)).collect()
            }
            IndexOf::Expression(expr) => match expr.columns()[..] {
                // A column alone is one.
                [def] if expr.text() == def.name => vec![(Some(def.name.to_owned()), part.descending)],
                _ => vec![(None, part.descending)],
            },
        });
        let catalog = CatalogIndex {
            parts: parts.collect(),
            unique: index.unique,
            partial: index.condition.is_some(),
            method: (index.method != IndexMethod::BTree).then(|| index.method.name().to_owned()),
            op_classes: index
                .op_class
                .map(|class| (class.rsplit('.').next().unwrap_or(class).to_owned(), false))
                .into_iter()
                .cycle()
                .take(index.parts.len())
                .collect(),
            include: index.include.iter().flat_map(|field| names(field)).map(ToOwned::to_owned).collect(),
        };
        let catalog = match (index.method, kind) {
            // Of an expression, of a hidden column under its own name, or of a table of its own.
            (IndexMethod::FullText, Kind::Postgres) => CatalogIndex {
                parts: vec![(None, false)],
                method: Some("gin".to_owned()),
                ..CatalogIndex::default()
            },
            (IndexMethod::FullText, Kind::MySql | Kind::MariaDb) => {
                CatalogIndex { parts: vec![(Some(index.name_in(table)), false)], ..catalog }
            }
            _ => catalog,
        };
        all.entry(index.name_in(table)).or_insert(catalog);
    }
    all
}

fn foreign_keys(table: &'static Table) -> BTreeSet<CatalogForeignKey> {
    let action = |action| match action {
        Action::Restrict => "RESTRICT",
        Action::Cascade => "CASCADE",
        Action::SetNull => "SET NULL",
        Action::SetDefault => "SET DEFAULT",
        _ => "NO ACTION",
    };
    let keys = table.fields.iter().chain(table.relations).filter_map(|field| {
        let reference = field.reference.as_ref()?;
        let names = |fields: &[&'static Field]| {
            fields.iter().flat_map(|field| field.columns).map(|def| def.name.to_owned()).collect()
        };
        Some(CatalogForeignKey {
            columns: names(&[field]),
            target: (reference.target)().full_name(),
            target_columns: names(reference.fields()),
            on_delete: action(reference.on_delete).to_owned(),
            on_update: action(reference.on_update).to_owned(),
        })
    });
    keys.collect()
}

/// InnoDB takes no action and to restrict for one, and MariaDB shows an action that was not given as the latter.
fn shown(kind: Kind, keys: BTreeSet<CatalogForeignKey>) -> BTreeSet<CatalogForeignKey> {
    let one = |action: String| {
        if kind == Kind::MariaDb && action == "NO ACTION" { "RESTRICT".to_owned() } else { action }
    };
    // The columns of a key have no order of their own: they are declared in that of the index referred to.
    let in_order = |key: &CatalogForeignKey| {
        let mut pairs: Vec<_> = key.columns.iter().cloned().zip(key.target_columns.iter().cloned()).collect();
        pairs.sort();
        pairs.into_iter().unzip()
    };
    let key = |key: CatalogForeignKey| {
        let (columns, target_columns) = in_order(&key);
        let (on_delete, on_update) = (one(key.on_delete), one(key.on_update));
        CatalogForeignKey { columns, target_columns, on_delete, on_update, ..key }
    };
    keys.into_iter().map(key).collect()
}

/// The names of the checks that the model declares; others follow from types.
fn checks(table: &'static Table) -> Vec<String> {
    let choices = table.fields.iter().filter(|field| !field.choices.is_empty());
    let choices = choices
        .flat_map(|field| field.columns)
        .map(|def| orm::model::constraint_name(&table.full_name(), &[def.name, "choices"], "ck"));
    choices.chain(table.checks.iter().map(|check| check.name_in(table))).collect()
}

/// The name of a type, without what stands behind it in parentheses.
fn word(ty: &str) -> String {
    let word = ty.split('(').next().unwrap_or_default().trim().to_uppercase();
    if word == "VARCHAR" { "CHARACTER VARYING".to_owned() } else { word }
}

/// What differs between a table and its model, a line each.
#[must_use]
pub fn differences(kind: Kind, table: &'static Table, found: CatalogTable) -> Vec<String> {
    let mut lines = Vec::new();
    let mut differ = |what: &str, expected: &dyn std::fmt::Debug, found: &dyn std::fmt::Debug| {
        let (expected, found) = (format!("{expected:?}"), format!("{found:?}"));
        if expected != found {
            lines.push(format!("{}: {what}: expected {expected}, found {found}", table.model));
        }
    };
    let fields: Vec<_> = table.fields.iter().flat_map(|field| field.columns).collect();
    let expected = columns(kind, table);
    differ(
        "columns",
        &expected.iter().map(|c| &c.name).collect::<Vec<_>>(),
        &found.columns.iter().map(|c| &c.name).collect::<Vec<_>>(),
    );
    for ((expected, found), def) in expected.iter().zip(&found.columns).zip(fields) {
        let mut found = CatalogColumn { ty: plain(&found.ty), ..found.clone() };
        match def.db_type.get(backend(kind)) {
            Some(own) if word(own) == word(&found.ty) => found.ty.clone_from(&expected.ty),
            Some(own) => found.ty = format!("{} for {own}", found.ty),
            // It has a name of its own.
            None if expected.ty.is_empty() => found.ty.clear(),
            None => {}
        }
        // Where the model says nothing, it is the usual one.
        if expected.collation.is_none() {
            found.collation = None;
        }
        // MariaDB lets no generated column be NOT NULL.
        if found.generated != Generation::No && kind == Kind::MariaDb {
            found.nullable = expected.nullable;
        }
        differ(&format!("column {}", expected.name), expected, &found);
    }
    let key: Vec<_> = table.primary_key.iter().flat_map(|field| field.columns).map(|def| def.name).collect();
    differ("primary key", &key, &found.primary_key);
    differ("foreign keys", &shown(kind, foreign_keys(table)), &shown(kind, found.foreign_keys));
    let mut found_indexes = found.indexes;
    if matches!(kind, Kind::MySql | Kind::MariaDb) {
        // InnoDB makes an index for a foreign key that has none, under the name of the constraint.
        found_indexes.retain(|name, _| !name.ends_with("_fk"));
    }
    let expected = indexes(kind, table);
    for (name, found) in &mut found_indexes {
        let named = expected.get(name).is_some_and(|expected| !expected.op_classes.is_empty());
        // Where the model names one it may be the usual one.
        found.op_classes.retain(|(_, usual)| named || !usual);
        found.op_classes.iter_mut().for_each(|(_, usual)| *usual &= !named);
    }
    differ("indexes", &expected, &found_indexes);
    let missing: Vec<_> = checks(table).into_iter().filter(|name| !found.checks.contains(name)).collect();
    differ("missing checks", &Vec::<String>::new(), &missing);
    differ("comment", &comment(kind, table.comment, table.doc, 2048), &found.comment);
    lines
}
