//! SQLite: pragmas, and the text of `CREATE TABLE` for what they do not tell.

use super::{
    CatalogColumn, CatalogForeignKey, CatalogIndex, CatalogTable, Generation, Result, quoted, said, text,
    truth,
};
use crate::Oracle;

pub(super) async fn table(oracle: &mut Oracle, name: &str) -> Result<CatalogTable> {
    let of = quoted(name);
    let mut table = CatalogTable::default();
    let created = oracle.ask(&format!("SELECT sql FROM sqlite_schema WHERE name = {of}")).await?;
    let created = created.first().map(|row| text(row, 0)).unwrap_or_default();

    // `hidden` is 2 for a virtual generated column and 3 for a stored one.
    let columns = format!(
        "SELECT name, type, \"notnull\", dflt_value IS NOT NULL, hidden = 2, hidden = 3, pk FROM pragma_table_xinfo({of}) \
         ORDER BY cid"
    );
    let mut key = Vec::new();
    for row in oracle.ask(&columns).await? {
        let (column, place) = (text(&row, 0), text(&row, 6).parse::<u32>()?);
        if place > 0 {
            key.push((place, column.clone()));
        }
        let declared = declaration(&created, &column);
        // The key of a row is never NULL, whether it says so or not.
        let row_id = declared.contains("INTEGER PRIMARY KEY");
        table.columns.push(CatalogColumn {
            ty: text(&row, 1).to_uppercase(),
            nullable: !(truth(&row, 2) || row_id),
            has_default: truth(&row, 3),
            generated: Generation::of(truth(&row, 4), truth(&row, 5)),
            counts: declared.contains("AUTOINCREMENT"),
            collation: declared.split_once("COLLATE ").map(|(_, rest)| word(rest)),
            name: column,
            comment: None,
        });
    }
    key.sort();
    table.primary_key = key.into_iter().map(|(_, column)| column).collect();

    for row in
        oracle.ask(&format!("SELECT name, \"unique\", partial, origin FROM pragma_index_list({of})")).await?
    {
        if text(&row, 3) == "pk" {
            continue;
        }
        let index = text(&row, 0);
        // The index of a constraint has no name of its own; the constraint has.
        let parts = oracle
            .ask(&format!(
                "SELECT name, \"desc\" FROM pragma_index_xinfo({}) WHERE key = 1 ORDER BY seqno",
                quoted(&index)
            ))
            .await?;
        let parts: Vec<_> = parts.iter().map(|row| (said(row, 0), truth(row, 1))).collect();
        let columns: Vec<_> = parts.iter().filter_map(|(column, _)| column.as_deref()).collect();
        let name =
            if text(&row, 3) == "u" { unique_name(&created, &columns).unwrap_or(index) } else { index };
        let (unique, partial) = (truth(&row, 1), truth(&row, 2));
        table.indexes.insert(name, CatalogIndex { parts, unique, partial, ..CatalogIndex::default() });
    }

    // A table of FTS5 says which table it is of.
    let searches = format!(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE % USING fts5(%' \
         AND instr(sql, {}) > 0",
        quoted(&format!(" content={of},"))
    );
    for row in oracle.ask(&searches).await? {
        let columns =
            oracle.ask(&format!("SELECT name FROM pragma_table_info({})", quoted(&text(&row, 0)))).await?;
        let parts = columns.iter().map(|row| (said(row, 0), false)).collect();
        let method = Some("fulltext".to_owned());
        table.indexes.insert(text(&row, 0), CatalogIndex { parts, method, ..CatalogIndex::default() });
    }

    let keys = format!(
        "SELECT id, \"table\", \"from\", \"to\", on_delete, on_update FROM pragma_foreign_key_list({of}) ORDER BY id, seq"
    );
    let mut last = None;
    let mut key = CatalogForeignKey::default();
    for row in oracle.ask(&keys).await? {
        if last.is_some_and(|last: String| last != text(&row, 0)) {
            table.foreign_keys.insert(std::mem::take(&mut key));
        }
        last = Some(text(&row, 0));
        key.target = text(&row, 1);
        key.columns.push(text(&row, 2));
        key.target_columns.push(text(&row, 3));
        (key.on_delete, key.on_update) = (text(&row, 4), text(&row, 5));
    }
    if last.is_some() {
        table.foreign_keys.insert(key);
    }

    table.checks = constraints(&created, "CHECK").map(|(name, _)| name).collect();
    Ok(table)
}

/// The line that declares a column, as the ORM's tables have one.
fn declaration<'a>(created: &'a str, column: &str) -> &'a str {
    let quoted = format!("\"{}\" ", column.replace('"', "\"\""));
    created.lines().find(|line| line.trim_start().starts_with(&quoted)).unwrap_or_default()
}

fn word(text: &str) -> String {
    text.trim_start_matches('"')
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// The named constraints of a kind, with what stands behind the word.
fn constraints<'a>(created: &'a str, kind: &'a str) -> impl Iterator<Item = (String, &'a str)> {
    created.split("CONSTRAINT \"").skip(1).filter_map(move |rest| {
        // A quotation mark inside of the name is doubled: the one that ends it has something else behind it.
        let ends = |at: &usize| {
            let after = rest[*at..].bytes().take_while(|byte| *byte == b'"').count();
            let before = rest[..*at].bytes().rev().take_while(|byte| *byte == b'"').count();
            before == 0 && after % 2 == 1
        };
        let first = rest.match_indices('"').map(|(at, _)| at).find(ends)?;
        let end = first + rest[first..].bytes().take_while(|byte| *byte == b'"').count() - 1;
        let behind = rest[end + 1..].strip_prefix(' ')?;
        Some((rest[..end].replace("\"\"", "\""), behind.strip_prefix(kind)?))
    })
}

/// The name of the unique constraint over these columns.
fn unique_name(created: &str, columns: &[&str]) -> Option<String> {
    let list: Vec<_> = columns.iter().map(|column| format!("\"{}\"", column.replace('"', "\"\""))).collect();
    let list = format!(" ({})", list.join(", "));
    constraints(created, "UNIQUE").find(|(_, rest)| rest.starts_with(&list)).map(|(name, _)| name)
}
