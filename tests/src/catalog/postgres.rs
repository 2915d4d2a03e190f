//! PostgreSQL: `pg_catalog`.

use super::{
    CatalogColumn, CatalogForeignKey, CatalogIndex, CatalogTable, Generation, Result, quoted, said, text,
    truth,
};
use crate::Oracle;

pub(super) async fn table(oracle: &mut Oracle, schema: Option<&str>, name: &str) -> Result<CatalogTable> {
    let schema = schema.map_or_else(|| "current_schema()".to_owned(), quoted);
    let of = format!("(quote_ident({schema}) || '.' || quote_ident({}))::regclass", quoted(name));
    let mut table = CatalogTable::default();

    let columns = format!(
        "SELECT a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, \
         a.atthasdef AND a.attgenerated = '', a.attgenerated = 'v', a.attgenerated = 's', a.attidentity <> '', \
         (SELECT c.collname FROM pg_collation c WHERE c.oid = a.attcollation AND a.attcollation <> t.typcollation), \
         col_description(a.attrelid, a.attnum) \
         FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid \
         WHERE a.attrelid = {of} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
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

    // One row a part, and one a column that is included. The first bit of an option is "descending"; an expression has
    // the number 0.
    let indexes = format!(
        "SELECT c.relname, i.indisprimary, i.indisunique, i.indpred IS NOT NULL, a.attname, (i.indoption[p.n - 1] & 1) = 1, \
         p.n > i.indnkeyatts, m.amname, \
         o.opcname, o.opcdefault \
         FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam \
         CROSS JOIN LATERAL generate_series(1, i.indnatts) AS p(n) \
         LEFT JOIN pg_opclass o ON o.oid = i.indclass[p.n - 1] \
         LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[p.n - 1] \
         WHERE i.indrelid = {of} ORDER BY c.relname, p.n"
    );
    for row in oracle.ask(&indexes).await? {
        if truth(&row, 1) {
            table.primary_key.push(text(&row, 4));
            continue;
        }
        let index = table.indexes.entry(text(&row, 0)).or_insert_with(|| CatalogIndex {
            unique: truth(&row, 2),
            partial: truth(&row, 3),
            method: said(&row, 7).filter(|method| method != "btree"),
            ..CatalogIndex::default()
        });
        index.op_classes.extend(said(&row, 8).map(|class| (class, truth(&row, 9))));
        match truth(&row, 6) {
            true => index.include.push(text(&row, 4)),
            false => index.parts.push((said(&row, 4), truth(&row, 5))),
        }
    }

    let names = |columns: &str, of: &str| {
        format!(
            "(SELECT string_agg(a.attname, ',' ORDER BY p.n) FROM unnest(k.{columns}) WITH ORDINALITY AS p(number, n) \
             JOIN pg_attribute a ON a.attrelid = k.{of} AND a.attnum = p.number)"
        )
    };
    let action = |column: &str| {
        format!(
            "CASE k.{column} WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' \
             WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END"
        )
    };
    let keys = format!(
        "SELECT {}, t.relname, {}, {}, {} FROM pg_constraint k JOIN pg_class t ON t.oid = k.confrelid \
         WHERE k.conrelid = {of} AND k.contype = 'f'",
        names("conkey", "conrelid"),
        names("confkey", "confrelid"),
        action("confdeltype"),
        action("confupdtype"),
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

    let checks = format!("SELECT conname FROM pg_constraint WHERE conrelid = {of} AND contype = 'c'");
    table.checks = oracle.ask(&checks).await?.iter().map(|row| text(row, 0)).collect();
    let comment = oracle.ask(&format!("SELECT obj_description({of}, 'pg_class')")).await?;
    table.comment = comment.first().and_then(|row| said(row, 0));
    Ok(table)
}
