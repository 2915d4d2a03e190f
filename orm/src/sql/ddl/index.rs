//! Indexes and unique keys.

use super::expression::{self, Of};
use super::{full_text, named, schema};
use crate::driver::{Backend, Capability, Server};
use crate::error::{Error, Result};
use crate::model::IndexMethod;
use crate::schema::{Expression, Index, Part, PartOf, Table, TableColumn};
use crate::sql::build::unsupported;
use crate::sql::dialect::{self, Dialect, KEY_BYTES, SHORT};
use crate::sql::name::{self, quoted};
use crate::types::Type;

impl Index {
    /// A clause of `CREATE TABLE`, or a statement of its own; what a full-text index takes is several of them.
    pub(super) fn declare(&self, server: Server, table: &Table) -> Result<String> {
        self.refuse(server, table)?;
        let dialect = dialect::of(server.backend);
        if self.method == IndexMethod::FullText {
            return full_text::declare(dialect, table, self);
        }
        let parts = self.parts(server, table)?;
        let name = quoted(dialect, &self.name);
        if self.is_constraint() {
            return Ok(format!("CONSTRAINT {name} UNIQUE ({parts})"));
        }
        let unique = if self.unique { "UNIQUE " } else { "" };
        if dialect.inline_indexes {
            return Ok(format!("{unique}KEY {name} ({parts})"));
        }
        let using = match self.method {
            IndexMethod::BTree => String::new(),
            method => format!(" USING {}", method.name()),
        };
        let mut sql = format!(
            "CREATE {unique}INDEX IF NOT EXISTS {name} ON {}{using} ({parts})",
            name::table(dialect, &table.name)
        );
        if !self.include.is_empty() {
            let columns = name::list(dialect, self.include.iter().map(String::as_str));
            sql.push_str(&format!(" INCLUDE ({columns})"));
        }
        if let Some(condition) = &self.condition {
            sql.push_str(&format!(" WHERE {}", expression::sql(dialect, condition)?));
        }
        Ok(sql)
    }

    fn parts(&self, server: Server, table: &Table) -> Result<String> {
        let dialect = dialect::of(server.backend);
        let mut parts = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let (sql, null) = match &part.of {
                PartOf::Plain(name) => {
                    let nullable = table.column(name).is_some_and(|column| column.nullable);
                    (quoted(dialect, name), nullable)
                }
                PartOf::Expression(expression) => {
                    let sql = format!("({})", expression::sql(dialect, expression)?);
                    indexable(server, table, expression)?;
                    (sql, expression.nullable)
                }
            };
            let class = self.op_class.as_ref().map(|class| {
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
        if !null || self.is_constraint() || self.method != IndexMethod::BTree {
            ""
        } else if descending {
            descending_nulls
        } else {
            ascending_nulls
        }
    }

    /// Refuses what the backend lacks or would read and forget.
    fn refuse(&self, server: Server, table: &Table) -> Result<()> {
        if self.method == IndexMethod::FullText {
            return full_text::refuse(server, table, self);
        }
        let dialect = dialect::of(server.backend);
        let lacks = |feature| Err(unsupported(dialect, feature));
        let expressions = self.parts.iter().any(|part| matches!(part.of, PartOf::Expression(_)));
        let descending = self.parts.iter().any(|part| part.descending);
        let postgres = server.backend == Backend::Postgres;
        if self.condition.is_some() && !server.has(Capability::PartialIndexes) {
            return lacks("partial indexes");
        }
        if expressions && !server.has(Capability::ExpressionIndexes) {
            return lacks("indexes on expressions");
        }
        if descending && !server.has(Capability::DescendingIndexes) {
            return lacks("descending indexes before version 10.8");
        }
        if !self.include.is_empty() && !postgres {
            return lacks("indexes that include other columns");
        }
        if self.op_class.is_some() && !postgres {
            return lacks("operator classes of indexes");
        }
        let only_postgres = match self.method {
            IndexMethod::BTree | IndexMethod::FullText => return Ok(()),
            IndexMethod::Hash => "hash indexes",
            IndexMethod::Gin => "GIN indexes",
            IndexMethod::Gist => "GiST indexes",
            IndexMethod::SpGist => "SP-GiST indexes",
            IndexMethod::Brin => "BRIN indexes",
        };
        if !server.has(Capability::IndexMethods) {
            return lacks(only_postgres);
        }
        let name = self.method.name();
        if self.unique {
            return Err(schema(format!("the index `{}` of method {name} cannot be unique", self.name)));
        }
        if descending {
            return Err(schema(format!("the index `{}` of method {name} has no order", self.name)));
        }
        if self.method == IndexMethod::Hash && self.parts.len() > 1 {
            return Err(schema(format!("the hash index `{}` is over more than one column", self.name)));
        }
        if self.op_class.is_none() {
            self.parts.iter().try_for_each(|part| self.has_operators(table, part))?;
        }
        Ok(())
    }
}

impl Index {
    /// Refuses a part of which it is known that PostgreSQL has no operator class of this method for it. An extension may
    /// bring one, which is then to be named.
    fn has_operators(&self, table: &Table, part: &Part) -> Result<()> {
        let owner = match &part.of {
            PartOf::Plain(name) => table.column(name),
            PartOf::Expression(_) => None,
        };
        let ty = match &part.of {
            PartOf::Plain(_) => {
                owner.filter(|column| column.db_type.get(Backend::Postgres).is_none()).map(|column| column.ty)
            }
            PartOf::Expression(expression) => expression.ty,
        };
        if ty.is_none_or(|ty| has_operators(self.method, ty)) {
            return Ok(());
        }
        let error = schema(format!(
            "the index `{}` is of method {}, for which PostgreSQL has no operator class of this type: name one of an \
             extension, `opclass = \"..\"`",
            self.name,
            self.method.name()
        ));
        Err(match owner {
            Some(column) => named(error, column),
            None => error,
        })
    }
}

/// Whether PostgreSQL itself has an operator class for the type, by which an index of this method can be made.
fn has_operators(method: IndexMethod, ty: Type) -> bool {
    let named = matches!(ty, Type::Enum(def) if def.native.is_some());
    match method {
        IndexMethod::BTree | IndexMethod::Hash | IndexMethod::FullText => true,
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
fn indexable(server: Server, table: &Table, expression: &Expression) -> Result<()> {
    expression::columns(server, table, expression, Of::Index)?;
    if server.backend != Backend::MySql || !matches!(expression.ty, Some(Type::Text | Type::Bytes)) {
        return Ok(());
    }
    let most = |column: &TableColumn| if column.ty == Type::Bytes { KEY_BYTES } else { SHORT };
    let mut columns = expression.columns.iter().filter_map(|name| table.column(name));
    match columns.find(|column| column.max_length.is_none_or(|length| length > most(column))) {
        Some(column) if matches!(column.ty, Type::Text | Type::Bytes) => Err(unlimited(column)),
        _ => Ok(()),
    }
}

fn unlimited(column: &TableColumn) -> Error {
    schema(format!(
        "an index is on an expression over the column `{}`: MySQL needs a `max_length` there, of at most 768 for \
         text and 3072 for bytes",
        column.name
    ))
}
