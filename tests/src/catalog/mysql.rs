//! MySQL and MariaDB: `information_schema`.

use super::{
    CatalogColumn, CatalogForeignKey, CatalogIndex, CatalogTable, Generation, Result, quoted, said, text,
    truth,
};
use crate::{Kind, Oracle};

pub(super) async fn table(
    kind: Kind,
    oracle: &mut Oracle,
    schema: Option<&str>,
    name: &str,
) -> Result<CatalogTable> {
    let schema = schema.map_or_else(|| "DATABASE()".to_owned(), quoted);
    let of = format!("table_schema = {schema} AND table_name = {}", quoted(name));
    let mut table = CatalogTable::default();

    let columns = format!(
        "SELECT column_name, column_type, is_nullable, column_default IS NOT NULL AND column_default <> 'NULL' \
         AND extra NOT LIKE '% GENERATED%', extra LIKE '%VIRTUAL GENERATED%', extra LIKE '%STORED GENERATED%', \
         extra LIKE '%auto_increment%', \
         collation_name, column_comment FROM information_schema.columns WHERE {of} AND extra NOT LIKE '%INVISIBLE%' \
         ORDER BY ordinal_position"
    );
    for row in oracle.ask(&columns).await? {
        table.columns.push(CatalogColumn {
            name: text(&row, 0),
            ty: text(&row, 1).to_uppercase(),
            nullable: truth(&row, 2),
            has_default: truth(&row, 3),
            generated: Generation::of(truth(&row, 4), truth(&row, 5)),
            counts: truth(&row, 6),
            collation: said(&row, 7),
            comment: said(&row, 8),
        });
    }

    let indexes = format!(
        "SELECT index_name, non_unique = 0, column_name, collation = 'D', index_type FROM information_schema.statistics \
         WHERE {of} ORDER BY index_name, seq_in_index"
    );
    for row in oracle.ask(&indexes).await? {
        if text(&row, 0) == "PRIMARY" {
            table.primary_key.push(text(&row, 2));
            continue;
        }
        let index = table
            .indexes
            .entry(text(&row, 0))
            .or_insert_with(|| CatalogIndex { unique: truth(&row, 1), ..CatalogIndex::default() });
        index.parts.push((said(&row, 2), truth(&row, 3)));
        index.method = (text(&row, 4) == "FULLTEXT").then(|| "fulltext".to_owned());
    }

    let keys = format!(
        "SELECT GROUP_CONCAT(k.column_name ORDER BY k.ordinal_position), k.referenced_table_name, \
         GROUP_CONCAT(k.referenced_column_name ORDER BY k.ordinal_position), r.delete_rule, r.update_rule \
         FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r \
         ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name \
         AND r.table_name = k.table_name \
         WHERE k.table_schema = {schema} AND k.table_name = {} AND k.referenced_table_name IS NOT NULL \
         GROUP BY k.constraint_name, k.referenced_table_name, r.delete_rule, r.update_rule",
        quoted(name)
    );
    for row in oracle.ask(&keys).await? {
        let list = |at| text(&row, at).split(',').map(ToOwned::to_owned).collect();
        table.foreign_keys.insert(CatalogForeignKey {
            columns: list(0),
            target: text(&row, 1),
            target_columns: list(2),
            on_delete: text(&row, 3),
            on_update: text(&row, 4),
        });
    }

    // MariaDB knows the table of a check by itself, and calls that of a column by the column.
    let checks = match kind {
        Kind::MariaDb => format!(
            "SELECT constraint_name FROM information_schema.check_constraints \
             WHERE constraint_schema = {schema} AND table_name = {}",
            quoted(name)
        ),
        _ => format!(
            "SELECT constraint_name FROM information_schema.table_constraints \
             WHERE {of} AND constraint_type = 'CHECK'"
        ),
    };
    table.checks = oracle.ask(&checks).await?.iter().map(|row| text(row, 0)).collect();
    let comment =
        oracle.ask(&format!("SELECT table_comment FROM information_schema.tables WHERE {of}")).await?;
    table.comment = comment.first().and_then(|row| said(row, 0));
    Ok(table)
}
