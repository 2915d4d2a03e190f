//! What is written is read as the same.

use super::*;
use crate::model::{Action, IndexMethod};
use crate::types::{EnumValue, Type, intern};

fn expression(text: &str) -> Expression {
    let mut sql = Texts::all("x > 0");
    sql.set(Backend::Postgres, "\"x\" > 0");
    Expression {
        text: text.to_owned(),
        sql,
        columns: vec!["x".to_owned()],
        ty: Some(Type::I64),
        nullable: true,
    }
}

fn table() -> Table {
    let state =
        intern::enumeration(Type::Text, Some("state"), &[EnumValue::Text("on"), EnumValue::Text("off")]);
    let number = intern::enumeration(Type::I32, None, &[EnumValue::Int(1), EnumValue::Int(-2)]);
    let columns = vec![
        TableColumn { increment: true, ..TableColumn::new("id", Type::I64) },
        TableColumn {
            nullable: true,
            max_length: Some(20),
            db_type: Texts::all("citext"),
            collation: PerBackendOnly::mysql("utf8mb4_bin"),
            choices: vec![Literal::Text("a".to_owned()), Literal::Int(i128::from(u64::MAX))],
            comment: Some("It's \"one\"".to_owned()),
            default: Default::Value(Literal::Array(vec![Literal::Bool(true), Literal::Float(1.5)])),
            ..TableColumn::new("x", Type::Text)
        },
        TableColumn {
            precision: Some((10, 2)),
            default: Default::Now,
            ..TableColumn::new("d", Type::Decimal)
        },
        TableColumn { default: Default::Sql(Texts::all("1 + 1")), ..TableColumn::new("s", state) },
        TableColumn {
            generated: Some(Generated { value: expression("add(x, 1)"), stored: true }),
            ..TableColumn::new("n", Type::array_of(number, true))
        },
    ];
    let mut part = Part::column("x");
    part.descending = true;
    let over = Part { of: PartOf::Expression(expression("lower(x)")), descending: false };
    Table {
        name: TableName { schema: Some("shop".to_owned()), name: "things".to_owned() },
        model: "Thing".to_owned(),
        comment: None,
        primary_key: Some(PrimaryKey { name: "things_id_pk".to_owned(), columns: vec!["id".to_owned()] }),
        columns,
        foreign_keys: vec![ForeignKey {
            name: "things_x_fk".to_owned(),
            columns: vec!["x".to_owned()],
            table: TableName::new("others"),
            to: vec!["id".to_owned()],
            on_delete: Action::SetNull,
            on_update: Action::NoAction,
            partial: true,
        }],
        indexes: vec![
            Index::unique("u", &["id", "x"]),
            Index {
                parts: vec![part, over],
                condition: Some(expression("gt(x, 0)")),
                method: IndexMethod::SpGist,
                op_class: Some("text_ops".to_owned()),
                include: vec!["d".to_owned()],
                ..Index::new("i", &[])
            },
        ],
        checks: vec![Check { name: "c".to_owned(), condition: expression("gt(x, 0)") }],
        embedded: vec![Embedded { field: "home".to_owned(), columns: vec![], required: vec![] }],
    }
}

/// A text for one backend alone.
struct PerBackendOnly;

impl PerBackendOnly {
    fn mysql(text: &str) -> Texts {
        let mut texts = Texts::default();
        texts.set(Backend::MySql, text);
        texts
    }
}

#[test]
fn a_table_is_read_as_it_was_written() {
    let table = table();
    let text = serde_json::to_string(&table).expect("written");
    let read: Table = serde_json::from_str(&text).expect("read");
    assert_eq!(read, table);
    // Expressions are equal by what they say alone.
    let sql = |table: &Table| table.checks[0].condition.sql.clone();
    assert_eq!(sql(&read), sql(&table));
    assert_eq!(read.columns[4].generated.as_ref().map(|own| own.stored), Some(true));
}

#[test]
fn what_is_usual_is_not_written() {
    let text = serde_json::to_string(&TableColumn::new("x", Type::Text)).expect("written");
    assert_eq!(text, r#"{"name":"x","field":"x","type":"text"}"#);
    let text = serde_json::to_string(&Index::new("i", &["a", "b"])).expect("written");
    assert_eq!(text, r#"{"name":"i","parts":["a","b"]}"#);
}

#[test]
fn what_nobody_knows_is_refused() {
    for text in [
        r#"{"name":"x","field":"x","type":"txt"}"#,
        r#"{"name":"x","field":"x","type":"text","nulable":true}"#,
        r#"{"name":"x","field":"x","type":{"enum":["a"],"sorted":true}}"#,
    ] {
        serde_json::from_str::<TableColumn>(text).expect_err(text);
    }
}

#[test]
fn ddl_is_written_for_any_backend_without_a_database() {
    let mut table = table();
    table.columns.truncate(3);
    table.columns[1].default = Default::None;
    table.foreign_keys.clear();
    table.indexes.truncate(1);
    table.name.schema = None;
    let sql = create(std::slice::from_ref(&table), Backend::Postgres, (16, 0, 0)).expect("DDL");
    assert!(sql[0].contains("CHECK (\"x\" > 0)"), "{sql:?}");
    table.indexes[0].condition = Some(expression("gt(x, 0)"));
    let error = create(&[table], Backend::MySql, (8, 4, 0)).expect_err("no partial indexes");
    assert!(
        matches!(error.kind(), crate::ErrorKind::Unsupported { feature: "partial indexes", .. }),
        "{error}"
    );
    assert_eq!(error.model(), Some("Thing"));
}
