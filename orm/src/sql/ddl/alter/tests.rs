//! What is written for changes, as text. That the servers take it, the tests of migrations see.

use super::*;
use crate::model::Action;
use crate::schema::{ChangeKind, ForeignKey, Index, PrimaryKey};
use crate::types::{EnumValue, intern};

fn table(name: &str, columns: Vec<TableColumn>) -> Table {
    Table {
        name: TableName::new(name),
        model: "Thing".to_owned(),
        comment: None,
        primary_key: Some(PrimaryKey { name: format!("{name}_id_pk"), columns: vec!["id".to_owned()] }),
        columns: [vec![TableColumn::new("id", Type::I64)], columns].concat(),
        foreign_keys: Vec::new(),
        indexes: Vec::new(),
        checks: Vec::new(),
        embedded: Vec::new(),
    }
}

fn null(column: TableColumn) -> TableColumn {
    TableColumn { nullable: true, ..column }
}

fn steps(backend: Backend, change: &TableChange<'_>) -> Vec<ChangeStep> {
    super::change(change, Server::with_everything(backend)).expect("steps")
}

fn sql(backend: Backend, before: &Table, after: &Table) -> Vec<String> {
    let change = TableChange::Alter { before, after, renamed: None };
    steps(backend, &change).into_iter().flat_map(|step| step.sql).collect()
}

fn key(column: &str) -> ForeignKey {
    ForeignKey {
        name: format!("t_{column}_fk"),
        columns: vec![column.to_owned()],
        table: TableName::new("owners"),
        to: vec!["id".to_owned()],
        on_delete: Action::NoAction,
        on_update: Action::NoAction,
        partial: false,
    }
}

#[test]
fn a_column_comes() {
    let before = table("t", vec![]);
    let after = table("t", vec![null(TableColumn::new("x", Type::I32))]);
    assert_eq!(sql(Backend::Postgres, &before, &after), [r#"ALTER TABLE "t" ADD COLUMN "x" INTEGER"#]);
    assert_eq!(sql(Backend::MySql, &before, &after), ["ALTER TABLE `t` ADD COLUMN `x` INT"]);
    assert_eq!(sql(Backend::MariaDb, &before, &after), ["ALTER TABLE `t` ADD COLUMN `x` INT"]);
    let sqlite = sql(Backend::Sqlite, &before, &after);
    assert_eq!(
        sqlite[1..3],
        [r#"INSERT INTO "orm_new_t" ("id") SELECT "id" FROM "t""#.to_owned(), r#"DROP TABLE "t""#.to_owned(),]
    );
    assert_eq!(sqlite[3], r#"ALTER TABLE "orm_new_t" RENAME TO "t""#);
}

#[test]
fn a_column_that_needs_a_value_comes_to_an_empty_table() {
    let after = table("t", vec![TableColumn::new("x", Type::I32)]);
    for backend in [Backend::Sqlite, Backend::Postgres, Backend::MySql, Backend::MariaDb] {
        let before = table("t", vec![]);
        let change = TableChange::Alter { before: &before, after: &after, renamed: None };
        assert!(matches!(steps(backend, &change)[0].kind, ChangeKind::Guard { .. }), "{backend}");
    }
}

#[test]
fn nothing_is_done_for_what_no_database_sees() {
    let before = table("t", vec![TableColumn::new("x", Type::I32)]);
    let mut after = before.clone();
    after.model = "Other".to_owned();
    after.columns.reverse();
    for backend in [Backend::Sqlite, Backend::Postgres, Backend::MySql, Backend::MariaDb] {
        assert_eq!(sql(backend, &before, &after), [""; 0], "{backend}");
    }
    after.comment = Some("new".to_owned());
    assert_eq!(sql(Backend::Sqlite, &before, &after), [""; 0]);
    assert_eq!(sql(Backend::MySql, &before, &after), ["ALTER TABLE `t` COMMENT = 'new'"]);
    assert_eq!(sql(Backend::MySql, &after, &before), ["ALTER TABLE `t` COMMENT = ''"]);
    assert_eq!(sql(Backend::Postgres, &after, &before), [r#"COMMENT ON TABLE "t" IS NULL"#]);
}

#[test]
fn an_index_of_a_foreign_key_comes_and_goes_with_it() {
    let before =
        table("t", vec![null(TableColumn::new("owner", Type::I64)), null(TableColumn::new("x", Type::I64))]);
    let mut after = before.clone();
    after.foreign_keys.push(key("owner"));
    assert_eq!(
        sql(Backend::MySql, &before, &after),
        [
            "ALTER TABLE `t` ADD KEY `t_owner_fk` (`owner`), ADD CONSTRAINT `t_owner_fk` FOREIGN KEY (`owner`) \
         REFERENCES `owners` (`id`)"
        ]
    );
    assert_eq!(
        sql(Backend::MySql, &after, &before),
        ["ALTER TABLE `t` DROP FOREIGN KEY `t_owner_fk`", "ALTER TABLE `t` DROP KEY `t_owner_fk`",]
    );
    // One that begins with its column serves, and takes its place.
    let mut served = after.clone();
    served.indexes.push(Index::new("i", &["owner", "x"]));
    assert_eq!(
        sql(Backend::MySql, &after, &served),
        ["ALTER TABLE `t` DROP KEY `t_owner_fk`, ADD KEY `i` (`owner`, `x`)"]
    );
}

#[test]
fn what_takes_a_step_back_is_the_way_back() {
    let mut before = table("t", vec![null(TableColumn::new("owner", Type::I64))]);
    before.foreign_keys.push(key("owner"));
    let after = table("t", vec![]);
    let change = TableChange::Alter { before: &before, after: &after, renamed: None };
    let steps = steps(Backend::MySql, &change);
    let undo: Vec<_> = steps.iter().rev().flat_map(|step| &step.undo).map(|undo| undo.sql.as_str()).collect();
    assert_eq!(
        undo,
        [
            "ALTER TABLE `t` ADD COLUMN `owner` BIGINT, ADD KEY `t_owner_fk` (`owner`)",
            "ALTER TABLE `t` ADD CONSTRAINT `t_owner_fk` FOREIGN KEY (`owner`) REFERENCES `owners` (`id`)",
        ]
    );
}

#[test]
fn a_renamed_column_takes_its_checks_along() {
    let before = table("t", vec![TableColumn::new("x", Type::Bool)]);
    let after = table("t", vec![TableColumn::new("y", Type::Bool)]);
    let change = TableChange::Alter { before: &before, after: &after, renamed: Some(("x", "y")) };
    let sql = |backend| steps(backend, &change).into_iter().flat_map(|step| step.sql).collect::<Vec<_>>();
    assert_eq!(sql(Backend::Postgres), [r#"ALTER TABLE "t" RENAME COLUMN "x" TO "y""#]);
    assert_eq!(
        sql(Backend::MySql),
        [
            "ALTER TABLE `t` DROP CHECK `t_x_ck`, RENAME COLUMN `x` TO `y`, ADD CONSTRAINT `t_y_ck` CHECK (`y` IN (0, 1))"
        ]
    );
    let sqlite = sql(Backend::Sqlite);
    assert_eq!(sqlite[0], r#"ALTER TABLE "t" RENAME COLUMN "x" TO "y""#);
    assert!(sqlite[1].contains(r#"CONSTRAINT "t_y_ck" CHECK ("y" IN (0, 1))"#), "{sqlite:?}");
}

#[test]
fn values_of_an_enum_are_added_in_place_or_the_type_is_made_anew() {
    let mood = |values: &[&'static str]| {
        let values: Vec<_> = values.iter().map(|value| EnumValue::Text(value)).collect();
        intern::enumeration(Type::Text, Some("mood"), &values)
    };
    let (few, more) = (mood(&["b", "d"]), mood(&["a", "b", "c", "d"]));
    let (before, after) =
        (table("t", vec![TableColumn::new("m", few)]), table("t", vec![TableColumn::new("m", more)]));
    let change = TableChange::AlterType { old: few, new: more, tables: vec![(&before, &after)] };
    let added = steps(Backend::Postgres, &change);
    assert_eq!(added[0].kind, ChangeKind::Committed);
    assert_eq!(
        added[0].sql,
        [
            r#"ALTER TYPE "mood" ADD VALUE IF NOT EXISTS 'a' BEFORE 'b'"#,
            r#"ALTER TYPE "mood" ADD VALUE IF NOT EXISTS 'c' AFTER 'b'"#,
        ]
    );
    let change = TableChange::AlterType { old: more, new: few, tables: vec![(&after, &before)] };
    let anew = steps(Backend::Postgres, &change);
    assert!(matches!(anew[0].kind, ChangeKind::Guard { .. }));
    assert_eq!(
        anew[1].sql,
        [
            r#"ALTER TYPE "mood" RENAME TO "orm_old_mood""#,
            r#"CREATE TYPE "mood" AS ENUM ('b', 'd')"#,
            r#"ALTER TABLE "t" ALTER COLUMN "m" TYPE "mood" USING "m"::text::"mood""#,
            r#"DROP TYPE "orm_old_mood""#,
        ]
    );
    let mysql = steps(
        Backend::MySql,
        &TableChange::AlterType { old: few, new: more, tables: vec![(&before, &after)] },
    );
    assert!(
        mysql[0].sql[0].starts_with("ALTER TABLE `t` MODIFY COLUMN `m` ENUM('a', 'b', 'c', 'd')"),
        "{mysql:?}"
    );
}

#[test]
fn a_conversion_that_loses_something_is_refused_or_counted() {
    let of = |ty| TableColumn::new("x", ty);
    let all = [Backend::Sqlite, Backend::Postgres, Backend::MySql, Backend::MariaDb];
    for (from, to) in [
        (Type::Text, Type::Bytes),
        (Type::F64, Type::F32),
        (Type::I64, Type::F64),
        (Type::Bool, Type::Text),
        (Type::Json, Type::Text),
        (Type::Uuid, Type::Text),
        (Type::Date, Type::Timestamp),
        (Type::Duration, Type::I64),
    ] {
        for backend in all {
            let (before, after) = (table("t", vec![of(from)]), table("t", vec![of(to)]));
            let change = TableChange::Alter { before: &before, after: &after, renamed: None };
            let error = super::change(&change, Server::with_everything(backend)).expect_err("refused");
            assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{from:?} to {to:?}: {error}");
        }
    }
    for (from, to) in
        [(Type::I64, Type::I32), (Type::I32, Type::U32), (Type::I8, Type::Bool), (Type::F64, Type::I32)]
    {
        for backend in all {
            let (before, after) = (table("t", vec![of(from)]), table("t", vec![of(to)]));
            let change = TableChange::Alter { before: &before, after: &after, renamed: None };
            let guards = |step: &ChangeStep| matches!(step.kind, ChangeKind::Guard { .. });
            assert!(steps(backend, &change).iter().any(guards), "{from:?} to {to:?} on {backend}");
        }
    }
}
