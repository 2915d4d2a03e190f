//! What a database says of all its tables, as lines whose order tells nothing: in plain SQL, past the ORM.

use orm_tests::{Kind, Oracle, TestDb};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The definitions of all tables, but for those of migrations themselves.
pub(crate) async fn all(db: &TestDb) -> Result<Vec<String>> {
    let mut oracle = db.connect_oracle().await?;
    let mut lines = match db.kind() {
        Kind::Sqlite => sqlite(&mut oracle).await?,
        Kind::Postgres => postgres(&mut oracle).await?,
        Kind::MariaDb | Kind::MySql => mysql(&mut oracle).await?,
    };
    lines.sort();
    Ok(lines)
}

async fn sqlite(oracle: &mut Oracle) -> Result<Vec<String>> {
    let sql = "SELECT tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'orm_migration%' \
               AND tbl_name NOT LIKE 'sqlite_%'";
    let mut lines = Vec::new();
    for row in oracle.ask(sql).await? {
        let (table, sql) = (text(&row, 0), text(&row, 1));
        lines.extend(sql.lines().map(|line| format!("{table}: {}", line.trim().trim_end_matches(','))));
    }
    Ok(lines)
}

async fn mysql(oracle: &mut Oracle) -> Result<Vec<String>> {
    let sql = "SELECT CAST(table_name AS CHAR) FROM information_schema.tables WHERE table_schema = DATABASE() \
               AND table_name NOT LIKE 'orm_migration%'";
    let counted = regex::Regex::new(" AUTO_INCREMENT=\\d+")?;
    let mut lines = Vec::new();
    for row in oracle.ask(sql).await? {
        let table = text(&row, 0);
        let shown = oracle.ask(&format!("SHOW CREATE TABLE {table}")).await?;
        for line in text(&shown[0], 1).lines() {
            let line = line.trim().trim_end_matches(',');
            lines.push(format!("{table}: {}", counted.replace(line, "")));
        }
    }
    Ok(lines)
}

async fn postgres(oracle: &mut Oracle) -> Result<Vec<String>> {
    let queries = [
        "SELECT concat_ws(' ', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, \
         a.attgenerated, pg_get_expr(d.adbin, d.adrelid), l.collname, col_description(c.oid, a.attnum)) \
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
         LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum \
         LEFT JOIN pg_collation l ON l.oid = a.attcollation \
         WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace",
        "SELECT concat_ws(' ', c.relname, k.conname, pg_get_constraintdef(k.oid)) FROM pg_constraint k \
         JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype <> 'n' AND c.relnamespace = current_schema()::regnamespace",
        "SELECT concat_ws(' ', tablename, replace(indexdef, schemaname || '.', '')) FROM pg_indexes \
         WHERE schemaname = current_schema()",
        "SELECT concat_ws(' ', relname, 'comment', obj_description(oid)) FROM pg_class \
         WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace",
        "SELECT concat_ws(' ', 'type', t.typname, e.enumlabel, row_number() OVER (PARTITION BY t.oid ORDER BY e.enumsortorder)) \
         FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.typnamespace = current_schema()::regnamespace",
    ];
    let mut lines = Vec::new();
    for sql in queries {
        let rows = oracle.ask(sql).await?;
        lines.extend(rows.iter().map(|row| text(row, 0)).filter(|line| !line.starts_with("orm_migration")));
    }
    Ok(lines)
}

pub(super) fn text(row: &[Option<String>], at: usize) -> String {
    row.get(at).cloned().flatten().unwrap_or_else(|| "NULL".to_owned())
}
