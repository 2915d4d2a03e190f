//! Full-text indexes: an index of PostgreSQL on the words of texts, a hidden column of them on MySQL and MariaDB, a table of
//! FTS5 on SQLite, which triggers keep up to date, whoever writes.

use super::expression::{self, Of};
use super::{literal, named, schema};
use crate::driver::{Backend, Server};
use crate::error::{Error, Result};
use crate::model::{Index as ModelIndex, IndexMethod, IndexOf};
use crate::plan::check::search::{ONLY_NUMBERED, is_row_number, lacks};
use crate::schema::{Expression, Index, PartOf, Table, TableColumn, Texts};
use crate::sql::build::unsupported;
use crate::sql::dialect::{self, Dialect};
use crate::sql::full_text::{vector, words};
use crate::sql::name::{self, quoted};
use crate::types::Type;

/// Characters that SQLite takes for parts of words, and nobody else does: signs of choice between text and emoji, and what
/// Unicode had not named yet when its tables were made, emoji and signs of currencies among it.
const BETWEEN_WORDS: &[(char, char)] = &[
    ('\u{605}', '\u{605}'),
    ('\u{61c}', '\u{61d}'),
    ('\u{7fe}', '\u{7ff}'),
    ('\u{888}', '\u{888}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{9fd}', '\u{9fd}'),
    ('\u{a76}', '\u{a76}'),
    ('\u{c77}', '\u{c77}'),
    ('\u{c84}', '\u{c84}'),
    ('\u{d4f}', '\u{d4f}'),
    ('\u{d58}', '\u{d5e}'),
    ('\u{d76}', '\u{d78}'),
    ('\u{1abe}', '\u{1abe}'),
    ('\u{1b7d}', '\u{1b7e}'),
    ('\u{2065}', '\u{2069}'),
    ('\u{20ba}', '\u{20cf}'),
    ('\u{218a}', '\u{218b}'),
    ('\u{23f4}', '\u{23ff}'),
    ('\u{2427}', '\u{243f}'),
    ('\u{2700}', '\u{2700}'),
    ('\u{2b4d}', '\u{2b4f}'),
    ('\u{2b5a}', '\u{2bff}'),
    ('\u{2e3c}', '\u{2e7f}'),
    ('\u{32ff}', '\u{32ff}'),
    ('\u{a8fc}', '\u{a8fc}'),
    ('\u{ab5b}', '\u{ab5b}'),
    ('\u{ab6a}', '\u{ab6b}'),
    ('\u{fbc2}', '\u{fbc2}'),
    ('\u{fd40}', '\u{fd4f}'),
    ('\u{fdcf}', '\u{fdcf}'),
    ('\u{fdfe}', '\u{fdff}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{1f0bf}', '\u{1f0c0}'),
    ('\u{1f0e0}', '\u{1f0ff}'),
    ('\u{1f10b}', '\u{1f10f}'),
    ('\u{1f12f}', '\u{1f12f}'),
    ('\u{1f16c}', '\u{1f16f}'),
    ('\u{1f19b}', '\u{1f1e5}'),
    ('\u{1f23b}', '\u{1f23f}'),
    ('\u{1f252}', '\u{1f2ff}'),
    ('\u{1f321}', '\u{1f32f}'),
    ('\u{1f336}', '\u{1f336}'),
    ('\u{1f37d}', '\u{1f37f}'),
    ('\u{1f394}', '\u{1f39f}'),
    ('\u{1f3c5}', '\u{1f3c5}'),
    ('\u{1f3cb}', '\u{1f3df}'),
    ('\u{1f3f1}', '\u{1f3ff}'),
    ('\u{1f43f}', '\u{1f43f}'),
    ('\u{1f441}', '\u{1f441}'),
    ('\u{1f4f8}', '\u{1f4f8}'),
    ('\u{1f4fd}', '\u{1f4ff}'),
    ('\u{1f53e}', '\u{1f53f}'),
    ('\u{1f544}', '\u{1f54f}'),
    ('\u{1f568}', '\u{1f5fa}'),
    ('\u{1f641}', '\u{1f644}'),
    ('\u{1f650}', '\u{1f67f}'),
    ('\u{1f6c6}', '\u{1f6ff}'),
    ('\u{1f774}', '\u{1faff}'),
];

/// What a full-text index of a model is over: the words of its columns, as one expression.
///
/// # Errors
///
/// `Schema` for a field that is no text, or that is generated.
pub(super) fn expression(index: &ModelIndex, servers: &[Server]) -> Result<Expression> {
    let mut columns: Vec<String> = Vec::new();
    let mut nullable = false;
    for part in index.parts {
        let IndexOf::Field(field) = part.of else {
            return Err(schema("a full-text index is over fields"));
        };
        let own = |error: Error| error.with_field(field.name);
        if field.generated.is_some() {
            return Err(own(schema("a full-text index cannot be over a generated column")));
        }
        let [column] = field.columns else {
            return Err(own(schema("a full-text index is over text")));
        };
        if column.ty != Type::Text || field.reference.is_some() {
            return Err(own(schema("a full-text index is over text")));
        }
        nullable |= column.nullable;
        columns.push(column.name.to_owned());
    }
    let mut sql = Texts::default();
    for server in servers {
        let dialect = dialect::of(server.backend);
        let names: Vec<_> = columns.iter().map(|column| quoted(dialect, column)).collect();
        let text = match server.backend {
            Backend::Postgres => vector(dialect, &names),
            // FTS5 is given columns.
            _ => words(dialect, &names).unwrap_or_else(|| names.join(", ")),
        };
        sql.set(server.backend, text);
    }
    let names: Vec<_> = columns.iter().map(|column| crate::expr::neutral_name(column)).collect();
    Ok(Expression {
        text: format!("words({})", names.join(", ")),
        sql,
        columns,
        ty: Some(Type::Text),
        nullable,
    })
}

/// The expression of a full-text index.
fn over(index: &Index) -> Result<&Expression> {
    match &index.parts[..] {
        [part] => match &part.of {
            PartOf::Expression(expression) => Ok(expression),
            PartOf::Plain(_) => Err(wrong(index)),
        },
        _ => Err(wrong(index)),
    }
}

fn wrong(index: &Index) -> Error {
    schema(format!("the full-text index `{}` is not over the words of columns", index.name))
}

/// Refuses what the server lacks, and what makes no sense.
pub(super) fn refuse(server: Server, table: &Table, index: &Index) -> Result<()> {
    let dialect = dialect::of(server.backend);
    let over = over(index)?;
    let special = index.condition.is_some() || index.op_class.is_some() || !index.include.is_empty();
    if index.unique || special {
        return Err(wrong(index));
    }
    if let Some(feature) = lacks(server) {
        return Err(unsupported(dialect, feature));
    }
    match server.backend {
        Backend::Sqlite => {
            let key = table.key_columns().iter().filter_map(|name| table.column(name)).collect::<Vec<_>>();
            if !matches!(key[..], [column] if is_row_number(column.ty)) {
                return Err(unsupported(dialect, ONLY_NUMBERED));
            }
            let reserved = |name: &&String| ["rank", "rowid"].contains(&name.to_lowercase().as_str());
            match over.columns.iter().find(reserved).and_then(|name| table.column(name)) {
                Some(column) => Err(named(schema(RESERVED), column)),
                None => Ok(()),
            }
        }
        Backend::Postgres => Ok(()),
        Backend::MySql | Backend::MariaDb => {
            expression::columns(server, table, over, Of::Stored)?;
            let taken = |column: &&TableColumn| column.name.to_lowercase() == index.name.to_lowercase();
            match table.columns.iter().find(taken) {
                Some(column) => Err(named(
                    schema(format!("the full-text index `{}` needs a column of its name", index.name)),
                    column,
                )),
                None => Ok(()),
            }
        }
    }
}

const RESERVED: &str =
    "SQLite has a full-text index over no column that is named `rank` or `rowid`: write another `column`";

/// What declares the index: clauses of `CREATE TABLE`, separated by commas, or statements, separated by semicolons.
pub(super) fn declare(dialect: &'static Dialect, table: &Table, index: &Index) -> Result<String> {
    match dialect.backend {
        Backend::Sqlite => Ok(statements(dialect, table, index)?.join(";\n")),
        Backend::Postgres => statement(dialect, table, index),
        Backend::MySql | Backend::MariaDb => clauses(dialect, index),
    }
}

/// What declares the index within `CREATE TABLE`: the column of words, which nobody sees, and the index on it.
fn clauses(dialect: &'static Dialect, index: &Index) -> Result<String> {
    let name = quoted(dialect, &index.name);
    Ok(format!(
        "{name} LONGTEXT CHARACTER SET utf8mb4 COLLATE {} GENERATED ALWAYS AS ({}) STORED INVISIBLE,\n  \
         FULLTEXT KEY {name} ({name})",
        dialect.code_point,
        expression::sql(dialect, over(index)?)?
    ))
}

/// The statement that makes the index of PostgreSQL.
fn statement(dialect: &'static Dialect, table: &Table, index: &Index) -> Result<String> {
    Ok(format!(
        "CREATE INDEX IF NOT EXISTS {} ON {} USING gin ({})",
        quoted(dialect, &index.name),
        name::table(dialect, &table.name),
        expression::sql(dialect, over(index)?)?
    ))
}

/// The statements that make the table of FTS5, and what keeps it up to date; rows that are there already get into it.
fn statements(dialect: &'static Dialect, table: &Table, index: &Index) -> Result<Vec<String>> {
    let over = over(index)?;
    let (own, of) = (quoted(dialect, &index.name), name::table(dialect, &table.name));
    let key = table.key_columns().first().map(|key| quoted(dialect, key)).unwrap_or_default();
    let columns = expression::sql(dialect, over)?;
    let values = |row: &str| {
        let names = over.columns.iter().map(|column| format!("{row}.{}", quoted(dialect, column)));
        names.collect::<Vec<_>>().join(", ")
    };
    let between: String = BETWEEN_WORDS.iter().flat_map(|(first, last)| *first..=*last).collect();
    let trigger = |event: &str, when: &str, body: &[String]| {
        format!(
            "CREATE TRIGGER IF NOT EXISTS {} AFTER {when} ON {of} BEGIN {} END",
            quoted(dialect, &trigger_name(index, event)),
            body.iter().map(|statement| format!("{statement};")).collect::<Vec<_>>().join(" ")
        )
    };
    let add = format!("INSERT INTO {own} (rowid, {columns}) VALUES (new.{key}, {})", values("new"));
    let remove = format!(
        "INSERT INTO {own} ({own}, rowid, {columns}) VALUES ('delete', old.{key}, {})",
        values("old")
    );
    let changed = format!("UPDATE OF {key}, {columns}");
    let docs = quoted(dialect, &format!("{}_docsize", index.name));
    Ok(vec![
        format!(
            "CREATE VIRTUAL TABLE IF NOT EXISTS {own} USING fts5({columns}, content={}, content_rowid={}, \
             tokenize={})",
            literal(&table.name.name),
            literal(table.key_columns().first().map_or("", String::as_str)),
            literal(&format!(
                "unicode61 remove_diacritics 0 categories 'L* Mn Mc Nd' separators '{between}'"
            )),
        ),
        trigger("insert", "INSERT", std::slice::from_ref(&add)),
        trigger("delete", "DELETE", std::slice::from_ref(&remove)),
        trigger("update", &changed, &[remove, add]),
        format!(
            "INSERT INTO {own} ({own}) SELECT 'rebuild' WHERE EXISTS (SELECT 1 FROM {of}) \
             AND NOT EXISTS (SELECT 1 FROM {docs})"
        ),
    ])
}

/// What the trigger is called that follows this kind of write.
fn trigger_name(index: &Index, event: &str) -> String {
    format!("{}_{event}", index.name)
}

/// The triggers of SQLite that keep the index up to date.
#[cfg(feature = "migrate")]
pub(super) fn triggers(index: &Index) -> impl Iterator<Item = String> + use<'_> {
    ["insert", "delete", "update"].into_iter().map(|event| trigger_name(index, event))
}

/// What adds the index to a table of MySQL or MariaDB that is there, from what declares it; `None` if it is another one.
#[cfg(feature = "migrate")]
pub(super) fn added(declared: &str) -> Option<String> {
    let (column, key) = declared.split_once(",\n  FULLTEXT KEY ")?;
    Some(format!("ADD COLUMN {column}, ADD FULLTEXT KEY {key}"))
}

/// What removes the index with its table, where it is more than a part of that.
pub(super) fn drops<'t>(dialect: &'t Dialect, table: &'t Table) -> impl Iterator<Item = String> + use<'t> {
    let indexes = table.indexes.iter().filter(|index| index.method == IndexMethod::FullText);
    indexes
        .filter(|_| dialect.backend == Backend::Sqlite)
        .map(|index| format!("DROP TABLE IF EXISTS {}", quoted(dialect, &index.name)))
}
