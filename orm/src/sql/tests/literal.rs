//! Values written out, whatever the session is set to.

use super::client::{BACKENDS, Client};
use crate::driver::Backend;
use crate::expr::{CompareOp, Node, Path};
use crate::model::{AutoValue, Check, ColumnDef, DbDefault, Field, Literal, SchemaExpr, Table};
use crate::sql::{create_all, dialect, literal::literal};
use crate::types::{Type, Value};

const ODD: &str = "it's \\ \\' \"odd\" ` \u{e9}\u{1f600}";

static FIELDS: [Field; 3] = [
    Field {
        auto: AutoValue::Increment,
        ..Field::new("id", &[ColumnDef { nullable: false, ..ColumnDef::of::<i64>("id") }])
    },
    Field::new("text", &[ColumnDef::of::<String>("text")]),
    Field::new("kept", &[ColumnDef::of::<String>("kept").max_length(40)])
        .db_default(DbDefault::Literal(Literal::Text(ODD)))
        .comment(ODD),
];

fn is_odd() -> Node {
    Node::Compare(
        CompareOp::Eq,
        Box::new([Node::Field(Path::EMPTY, &FIELDS[1]), Node::Value(Value::Text(ODD.to_owned()))]),
    )
}

static TABLE: Table = Table {
    model: "Odd",
    name: "odd",
    fields: &FIELDS,
    primary_key: &[&FIELDS[0]],
    checks: &[Check::new(SchemaExpr::new(is_odd))],
    ..Table::EMPTY
};

#[test]
fn settings_do_not_change_what_a_schema_says() {
    for client in BACKENDS.into_iter().filter_map(Client::connect) {
        let settings: &[&str] = match client.server.backend {
            Backend::Sqlite => &["SELECT 1"],
            Backend::Postgres => {
                &["SET standard_conforming_strings = off", "SET standard_conforming_strings = on"]
            }
            Backend::MySql | Backend::MariaDb => &[
                "SET SESSION sql_mode = 'ANSI_QUOTES,STRICT_TRANS_TABLES'",
                "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES,STRICT_TRANS_TABLES'",
                "SET SESSION sql_mode = 'PIPES_AS_CONCAT,IGNORE_SPACE,HIGH_NOT_PRECEDENCE'",
                "SET NAMES latin1",
            ],
        };
        for setting in settings {
            let create = create_all(&[&TABLE], &[], client.server).unwrap().join("; ");
            client.raw(&format!("{setting}; {create}"), true).unwrap();
            if client.server.backend >= Backend::MySql {
                client.run("FLUSH TABLES odd");
            }
            // Bytes, which mean the same in every session.
            let bytes: String = ODD.bytes().map(|byte| format!("{byte:02X}")).collect();
            let odd = match client.server.backend {
                Backend::Sqlite => format!("CAST(x'{bytes}' AS TEXT)"),
                Backend::Postgres => format!("convert_from(decode('{bytes}', 'hex'), 'UTF8')"),
                _ => format!("CONVERT(X'{bytes}' USING utf8mb4)"),
            };
            client.run(&format!("INSERT INTO odd (text) VALUES ({odd})"));
            client.raw("INSERT INTO odd (text) VALUES ('it''s')", true).unwrap_err();
            let kept = format!("SELECT COUNT(*) FROM odd WHERE kept = {odd}");
            assert_eq!(client.run(&kept), ["1"], "{setting}");
            if client.server.backend == Backend::Postgres {
                let comment = format!("SELECT COUNT(*) FROM pg_description WHERE description = {odd}");
                assert_eq!(client.run(&comment), ["1"], "{setting}");
            }
            client.run("DROP TABLE odd");
        }
    }
}

#[test]
fn text_cannot_end_its_literal() {
    for backend in BACKENDS {
        for text in ["'", "\\", "\\'", "''); DROP TABLE x; --", "\u{e9}'"] {
            let sql = literal(dialect::of(backend), &Value::Text(text.to_owned()), 0).unwrap();
            let inside = match backend {
                // No character of the text is in it.
                Backend::MySql | Backend::MariaDb => {
                    assert!(sql.chars().all(|c| c.is_ascii_alphanumeric() || "_', ()".contains(c)), "{sql}");
                    continue;
                }
                Backend::Postgres => sql.strip_prefix("CAST(").unwrap().strip_suffix(" AS TEXT)").unwrap(),
                Backend::Sqlite => &sql,
            };
            let (escapes, quoted) = match inside.strip_prefix('E') {
                Some(quoted) => (true, quoted),
                None => (false, inside),
            };
            let inner = quoted.strip_prefix('\'').unwrap().strip_suffix('\'').unwrap();
            assert!(!inner.replace("''", "").contains('\''), "{sql}");
            let backslash = text.contains('\\') && backend == Backend::Postgres;
            assert_eq!(
                (escapes, inner.replace("\\\\", "").contains('\\')),
                (backslash, !backslash && text.contains('\\'))
            );
        }
        assert!(literal(dialect::of(backend), &Value::Text("a\0".to_owned()), 0).is_err());
    }
    assert_eq!(
        literal(dialect::of(Backend::Postgres), &Value::Null(Type::U64), 0).unwrap(),
        "CAST(NULL AS NUMERIC)"
    );
}
