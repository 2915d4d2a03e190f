//! Indexes and unique keys.

use super::expression::{self, Of};
use super::schema;
use crate::driver::{Backend, Server};
use crate::error::{Error, Result};
use crate::expr::Node;
use crate::model::{ColumnDef, Field, IndexMethod, IndexOf, SchemaExpr, Table, constraint_name, index_name};
use crate::plan::{check::type_of, same_field};
use crate::sql::build::unsupported;
use crate::sql::dialect::{self, Dialect};
use crate::sql::expr::nullable;
use crate::sql::name::{self, quoted};
use crate::types::Type;

/// An index, or a unique key.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) name: String,
    unique: bool,
    parts: Vec<Part>,
    /// What the model says beyond columns.
    model: &'static crate::model::Index,
}

#[derive(Debug, PartialEq)]
struct Part {
    of: PartOf,
    descending: bool,
}

#[derive(Debug, PartialEq)]
enum PartOf {
    Column(&'static ColumnDef),
    Expression(SchemaExpr),
}

/// The unique keys and indexes of a table, each once, without what the primary key does already: first those that
/// are constraints.
pub(super) fn all(table: &'static Table) -> Vec<Index> {
    static PLAIN: crate::model::Index = crate::model::Index::EMPTY;

    let mut all: Vec<Index> = Vec::new();
    let mut add = |index: Index| {
        // Two that differ under one name are refused later on.
        if !all.iter().any(|known| known.name == index.name && known.is_same(&index)) {
            all.push(index);
        }
    };
    for field in table.fields {
        let is_key = matches!(table.primary_key, [key] if same_field(key, field));
        if is_key || !(field.unique || field.index) {
            continue;
        }
        let names: Vec<_> = field.columns.iter().map(|def| def.name).collect();
        let name = if field.unique {
            constraint_name(&table.full_name(), &names, "uq")
        } else {
            index_name(&table.full_name(), &names)
        };
        let part = |def| Part { of: PartOf::Column(def), descending: false };
        add(Index {
            name,
            unique: field.unique,
            parts: field.columns.iter().map(part).collect(),
            model: &PLAIN,
        });
    }
    for index in table.indexes {
        let mut parts = Vec::with_capacity(index.parts.len());
        for part in index.parts {
            let descending = part.descending;
            let mut columns = |columns: &'static [ColumnDef]| {
                parts.extend(columns.iter().map(|def| Part { of: PartOf::Column(def), descending }));
            };
            match part.of {
                IndexOf::Field(field) => columns(field.columns),
                IndexOf::Expression(expr) => match expr.node() {
                    // MySQL wants it without parentheses.
                    Node::Field(path, field) if path.is_empty() => columns(field.columns),
                    _ => parts.push(Part { of: PartOf::Expression(expr), descending }),
                },
            }
        }
        add(Index { name: index.name_in(table), unique: index.unique, parts, model: index });
    }
    all.sort_by_key(|index| !index.is_constraint());
    all
}

impl Index {
    /// Whether both are made by the same statement, their names aside.
    fn is_same(&self, other: &Self) -> bool {
        let same = |one: &[&'static Field], two: &[&'static Field]| {
            one.len() == two.len() && one.iter().zip(two).all(|(one, two)| same_field(one, two))
        };
        let (one, two) = (self.model, other.model);
        self.unique == other.unique
            && self.parts == other.parts
            && (one.condition, one.method, one.op_class) == (two.condition, two.method, two.op_class)
            && same(one.include, two.include)
    }

    /// Whether it is a unique key that can be a constraint: over columns as they are, all rows, in no order.
    pub(super) fn is_constraint(&self) -> bool {
        let plain = |part: &Part| !part.descending && matches!(part.of, PartOf::Column(_));
        self.unique
            && self.parts.iter().all(plain)
            && self.model.condition.is_none()
            && self.model.op_class.is_none()
            && self.model.include.is_empty()
    }

    /// A clause of `CREATE TABLE`, or a statement of its own.
    pub(super) fn declare(&self, server: Server, table: &'static Table) -> Result<String> {
        self.refuse(server, table)?;
        let dialect = dialect::of(server.backend);
        let parts = self.parts(server, table)?;
        let name = quoted(dialect, &self.name);
        if self.is_constraint() {
            return Ok(format!("CONSTRAINT {name} UNIQUE ({parts})"));
        }
        let unique = if self.unique { "UNIQUE " } else { "" };
        if dialect.inline_indexes {
            return Ok(format!("{unique}KEY {name} ({parts})"));
        }
        let using = match self.model.method {
            IndexMethod::BTree => String::new(),
            method => format!(" USING {}", method.name()),
        };
        let mut sql = format!(
            "CREATE {unique}INDEX IF NOT EXISTS {name} ON {}{using} ({parts})",
            name::table(dialect, table)
        );
        if !self.model.include.is_empty() {
            let columns = self.model.include.iter().flat_map(|field| field.columns).map(|def| def.name);
            sql.push_str(&format!(" INCLUDE ({})", name::list(dialect, columns)));
        }
        if let Some(condition) = self.model.condition {
            sql.push_str(&format!(" WHERE {}", expression::condition(server, table, condition)?));
        }
        Ok(sql)
    }

    fn parts(&self, server: Server, table: &'static Table) -> Result<String> {
        let dialect = dialect::of(server.backend);
        let mut parts = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let (sql, null) = match &part.of {
                PartOf::Column(def) => (quoted(dialect, def.name), def.nullable),
                PartOf::Expression(expr) => {
                    let node = expr.node();
                    let sql = format!("({})", expression::value(server, table, *expr, None)?);
                    indexable(server, *expr, &node)?;
                    (sql, nullable(&node))
                }
            };
            let class = self.model.op_class.map(|class| {
                let names: Vec<_> = class.split('.').map(|name| quoted(dialect, name)).collect();
                format!(" {}", names.join("."))
            });
            let class = class.unwrap_or_default();
            let direction = if part.descending { " DESC" } else { "" };
            parts.push(format!("{sql}{class}{direction}{}", self.nulls(dialect, null, part.descending)));
        }
        Ok(parts.join(", "))
    }

    /// Where NULLs stand, to serve our orders.
    fn nulls(&self, dialect: &Dialect, null: bool, descending: bool) -> &'static str {
        let [ascending_nulls, descending_nulls] = dialect.index_nulls;
        // A unique key is a constraint, whose order nothing says anything about; only trees have one.
        if !null || self.is_constraint() || self.model.method != IndexMethod::BTree {
            ""
        } else if descending {
            descending_nulls
        } else {
            ascending_nulls
        }
    }

    /// Refuses what the backend lacks or would read and forget.
    fn refuse(&self, server: Server, table: &'static Table) -> Result<()> {
        let dialect = dialect::of(server.backend);
        let lacks = |feature| Err(unsupported(dialect, feature));
        let expressions = self.parts.iter().any(|part| matches!(part.of, PartOf::Expression(_)));
        let descending = self.parts.iter().any(|part| part.descending);
        let postgres = server.backend == Backend::Postgres;
        if self.model.condition.is_some() && matches!(server.backend, Backend::MySql | Backend::MariaDb) {
            return lacks("partial indexes");
        }
        if expressions && server.backend == Backend::MariaDb {
            return lacks("indexes on expressions");
        }
        if descending && server.backend == Backend::MariaDb && server.version < (10, 8, 0) {
            return lacks("descending indexes before version 10.8");
        }
        if !self.model.include.is_empty() && !postgres {
            return lacks("indexes that include other columns");
        }
        if self.model.op_class.is_some() && !postgres {
            return lacks("operator classes of indexes");
        }
        let only_postgres = match self.model.method {
            IndexMethod::BTree => return Ok(()),
            IndexMethod::Hash => "hash indexes",
            IndexMethod::Gin => "GIN indexes",
            IndexMethod::Gist => "GiST indexes",
            IndexMethod::SpGist => "SP-GiST indexes",
            IndexMethod::Brin => "BRIN indexes",
        };
        if !postgres {
            return lacks(only_postgres);
        }
        let name = self.model.method.name();
        if self.unique {
            return Err(schema(format!("the index `{}` of method {name} cannot be unique", self.name)));
        }
        if descending {
            return Err(schema(format!("the index `{}` of method {name} has no order", self.name)));
        }
        if self.model.method == IndexMethod::Hash && self.parts.len() > 1 {
            return Err(schema(format!("the hash index `{}` is over more than one column", self.name)));
        }
        if self.model.op_class.is_none() {
            self.parts.iter().try_for_each(|part| self.has_operators(table, part))?;
        }
        Ok(())
    }
}

impl Index {
    /// Refuses a part of which it is known that PostgreSQL has no operator class of this method for it. An extension may
    /// bring one, which is then to be named.
    fn has_operators(&self, table: &'static Table, part: &Part) -> Result<()> {
        let ty = match &part.of {
            PartOf::Column(def) if def.db_type.get(Backend::Postgres).is_some() => None,
            PartOf::Column(def) => Some(def.ty),
            PartOf::Expression(expr) => type_of(&expr.node()),
        };
        if ty.is_none_or(|ty| has_operators(self.model.method, ty)) {
            return Ok(());
        }
        let error = schema(format!(
            "the index `{}` is of method {}, for which PostgreSQL has no operator class of this type: name one of an \
             extension, `opclass = \"..\"`",
            self.name,
            self.model.method.name()
        ));
        let owner = match &part.of {
            PartOf::Column(def) => table.fields.iter().find(|field| field.columns.contains(def)),
            PartOf::Expression(_) => None,
        };
        Err(match owner {
            Some(field) => error.with_field(field.name),
            None => error,
        })
    }
}

/// Whether PostgreSQL itself has an operator class for the type, by which an index of this method can be made.
fn has_operators(method: IndexMethod, ty: Type) -> bool {
    let named = matches!(ty, Type::Enum(def) if def.native.is_some());
    match method {
        IndexMethod::BTree | IndexMethod::Hash => true,
        IndexMethod::Gin => matches!(ty, Type::Json | Type::Array(_) | Type::Hstore),
        // The extension brings it with the type.
        IndexMethod::Gist => matches!(ty, Type::Hstore),
        IndexMethod::SpGist => match ty {
            Type::Text => true,
            Type::Enum(def) => !named && def.stored == Type::Text,
            _ => false,
        },
        IndexMethod::Brin => !named && !matches!(ty, Type::Bool | Type::Json | Type::Array(_) | Type::Hstore),
    }
}

/// Refuses expressions that this backend cannot keep in an index.
fn indexable(server: Server, expr: SchemaExpr, node: &Node) -> Result<()> {
    /// A key holds 3072 bytes, four a character.
    const LONGEST_KEY: u32 = 768;

    expression::columns(server, expr, Of::Index)?;
    if server.backend != Backend::MySql || !matches!(type_of(node), Some(Type::Text | Type::Bytes)) {
        return Ok(());
    }
    match expr.columns().iter().find(|def| def.max_length.is_none_or(|length| length > LONGEST_KEY)) {
        Some(def) if matches!(def.ty, Type::Text | Type::Bytes) => Err(unlimited(def)),
        _ => Ok(()),
    }
}

fn unlimited(def: &ColumnDef) -> Error {
    schema(format!(
        "an index is on an expression over the column `{}`: MySQL needs a `max_length` of at most 768 for text \
         there, and cannot have bytes",
        def.name
    ))
}
