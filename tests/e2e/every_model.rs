//! Every model that is linked into this binary, as its table says: those of all other cases, and of the crates they use.

use std::collections::BTreeSet;

use orm::ErrorKind;
use orm::model::{Table, tables};
use orm::types::Type;
use orm_tests::{Kind, Outcome, TestDb, cases};

use crate::introspection::differences;

/// Those that are ours to make, but for those in a schema of their own, which everybody on the server would share; those
/// of `literals`, which another case makes up while it runs; and two that are wrong in a way that the server alone knows.
fn candidates() -> Vec<&'static Table> {
    let wrong = |table: &Table| {
        table.indexes.iter().any(|index| index.op_class == Some("no_such_ops")) || table.name == "wide_rows"
    };
    let ours = |table: &&Table| {
        table.managed && table.meta.schema.is_none() && !table.module.ends_with("::literals") && !wrong(table)
    };
    tables().into_iter().filter(ours).collect()
}

fn targets(table: &'static Table) -> impl Iterator<Item = &'static Table> {
    table
        .fields
        .iter()
        .chain(table.relations)
        .filter_map(|field| field.reference.as_ref())
        .map(|reference| (reference.target)())
}

fn holds(tables: &[&'static Table], table: &'static Table) -> bool {
    tables.iter().any(|known| std::ptr::eq(*known, table))
}

/// The table, and what has to be there with it.
fn closure(table: &'static Table) -> Vec<&'static Table> {
    let mut all = vec![table];
    let mut at = 0;
    while let Some(next) = all.get(at).copied() {
        for target in targets(next) {
            if !holds(&all, target) {
                all.push(target);
            }
        }
        at += 1;
    }
    all
}

/// Whether it has a column that PostgreSQL alone knows.
fn is_of_postgres(table: &Table) -> bool {
    table.columns().any(|column| matches!(column.ty, Type::Array(_) | Type::Hstore))
}

/// Closures that have tables in common, as one.
fn groups() -> Vec<Vec<&'static Table>> {
    let mut groups: Vec<Vec<&'static Table>> = Vec::new();
    for table in candidates() {
        let mut group = closure(table);
        let (with, without): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|known| group.iter().any(|table| holds(known, table)));
        groups = without;
        for table in with.concat() {
            if !holds(&group, table) {
                group.push(table);
            }
        }
        groups.push(group);
    }
    groups
}

/// Creates the tables and compares them; false where the backend is said to lack something.
async fn compare(
    db: &TestDb,
    tables: &[&'static Table],
    lines: &mut Vec<String>,
) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
    match db.handle().create_tables(tables).await {
        Ok(()) => {}
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported { .. } | ErrorKind::Schema { .. }) => {
            return Ok(false);
        }
        Err(error) => {
            let models: Vec<_> = tables.iter().map(|table| table.model).collect();
            return Err(format!("{models:?}: {error}").into());
        }
    }
    lines.extend(differences(db, tables).await?);
    db.handle().drop_tables(tables).await?;
    Ok(true)
}

cases! {
    /// Each is there as its model says, or refused before any SQL; most are there.
    async fn every_model(db: &TestDb) -> Outcome {
        let (mut lines, mut there, mut refused) = (Vec::new(), BTreeSet::new(), Vec::new());
        let path = |table: &Table| format!("{}::{}", table.module, table.model);
        for group in groups() {
            if compare(db, &group, &mut lines).await? {
                there.extend(group.iter().map(|table| path(table)));
                continue;
            }
            // One of them is refused: the others without it.
            for table in group {
                let closure = closure(table);
                if there.contains(&path(table)) {
                    continue;
                }
                let elsewhere = db.kind() != Kind::Postgres && closure.iter().any(|table| is_of_postgres(table));
                if compare(db, &closure, &mut lines).await? {
                    assert!(!elsewhere, "{} is there", path(table));
                    there.extend(closure.iter().map(|table| path(table)));
                } else if !elsewhere {
                    refused.push(path(table));
                }
            }
        }
        assert!(lines.is_empty(), "{} differences\n{}", lines.len(), lines.join("\n"));
        assert!(there.len() > 200 && refused.len() * 5 < there.len(), "{} {refused:#?}", there.len());
        Ok(())
    }
}
