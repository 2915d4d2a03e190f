//! Tables: created in order, again without harm, with the constraints they promise.

use super::client::{BACKENDS, Client, fresh, server};
use super::sample::{ALL, USER_FIELDS, USERS};
use crate::driver::Backend;
use crate::error::ErrorKind;
use crate::model::{
    Action, AutoValue, ColumnDef, DbDefault, Field, Index, IndexOf, IndexPart, Literal, MetaDef, Reference,
    Table,
};
use crate::sql::{create_all, drop_all};
use crate::types::Type;

const fn column(name: &'static str, ty: Type) -> ColumnDef {
    ColumnDef { name, ty, nullable: false, ..ColumnDef::of::<i64>("") }
}

const fn to(name: &'static str, columns: &'static [ColumnDef], target: fn() -> &'static Table) -> Field {
    let reference = Some(Reference {
        target,
        path: "",
        to: None,
        on_delete: Action::NoAction,
        on_update: Action::NoAction,
    });
    Field { reference, index: true, ..Field::new(name, columns) }
}

const fn table(
    model: &'static str,
    name: &'static str,
    fields: &'static [Field],
    key: &'static [&'static Field],
) -> Table {
    Table {
        model,
        module: "m",
        package: "p",
        version: "0.1.0",
        doc: "",
        name,
        meta: MetaDef::EMPTY,
        fields,
        primary_key: key,
        ..Table::EMPTY
    }
}

// Hen and egg refer to each other; both names need quotes, and quotes in quotes.
static HEN: [Field; 2] = [
    Field { auto: AutoValue::Increment, ..Field::new("id", &[column("id", Type::I64)]) },
    to("egg", &[ColumnDef { nullable: true, ..column("from", Type::I64) }], egg),
];
static EGG: [Field; 3] = [
    Field { auto: AutoValue::Increment, ..Field::new("id", &[column("id", Type::I64)]) },
    to("hen", &[ColumnDef { nullable: true, ..column("hen`\"'s", Type::I64) }], hen),
    to("twin", &[ColumnDef { nullable: true, ..column("\u{e9}gal", Type::I64) }], egg),
];
static HENS: Table = table("Hen", "group", &HEN, &[&HEN[0]]);
static EGGS: Table = table("Egg", "e`g\"g's", &EGG, &[&EGG[0]]);
fn hen() -> &'static Table {
    &HENS
}
fn egg() -> &'static Table {
    &EGGS
}

/// One statement after the other, as one script.
fn script(client: &Client, statements: &[String]) -> Result<Vec<String>, String> {
    let (begin, end) = match client.server.backend {
        Backend::Sqlite | Backend::Postgres => ("BEGIN;\n", ";\nCOMMIT"),
        _ => ("", ""),
    };
    client.raw(&format!("{begin}{}{end}", statements.join(";\n")), true)
}

#[test]
fn cycles_are_created_twice_and_dropped_twice() {
    for client in BACKENDS.into_iter().filter_map(Client::connect) {
        let create = create_all(&[&HENS, &EGGS], &[], client.server).unwrap();
        let drop = drop_all(&[&HENS, &EGGS], client.server).unwrap().statements;
        for _ in 0..2 {
            script(&client, &create).unwrap();
            script(&client, &create).unwrap();
            let (hens, eggs) = ("\"group\"", "\"e`g\"\"g's\"");
            let quote = |sql: &str| match client.server.backend {
                Backend::Sqlite | Backend::Postgres => sql.to_owned(),
                _ => sql
                    .replace(eggs, "`e``g\"g's`")
                    .replace("\"hen`\"\"'s\"", "`hen``\"'s`")
                    .replace('"', "`")
                    .replace("e``g`g", "e``g\"g")
                    .replace("hen```'s", "hen``\"'s"),
            };
            client.run(&quote(&format!("INSERT INTO {hens} (id) VALUES (1)")));
            client.run(&quote(&format!(
                "INSERT INTO {eggs} (id, \"hen`\"\"'s\", \"\u{e9}gal\") VALUES (1, 1, 1)"
            )));
            client.run(&quote(&format!("UPDATE {hens} SET \"from\" = 1")));
            // Both ways are guarded.
            client.raw(&quote(&format!("UPDATE {hens} SET \"from\" = 9")), true).unwrap_err();
            client.raw(&quote(&format!("UPDATE {eggs} SET \"hen`\"\"'s\" = 9")), true).unwrap_err();
            script(&client, &drop).unwrap();
            script(&client, &drop).unwrap();
        }
    }
}

#[test]
fn the_schema_holds_what_it_promises() {
    for client in fresh() {
        let users = crate::sql::name::table(
            crate::sql::dialect::of(client.server.backend),
            &crate::schema::TableName::new(USERS.full_name()),
        );
        let insert = |values: &str| {
            let values = match client.server.backend {
                Backend::Postgres => values.replace("T", "true"),
                _ => values.replace("T", "1"),
            };
            client.raw(
                &format!("INSERT INTO {users} (name, age, active, score, ratio) VALUES ({values})"),
                true,
            )
        };
        if client.server.backend == Backend::Postgres {
            client.run(&format!("ALTER TABLE {users} ALTER COLUMN id RESTART WITH 50"));
        }
        insert("'new', 5, T, 1, 1").unwrap();
        // Names are told apart by case, and are unique.
        insert("'NEW', 5, T, 1, 1").unwrap();
        insert("'new', 5, T, 1, 1").unwrap_err();
        insert("'a', 3000000000, T, 1, 1").unwrap_err();
        insert("'b', 5, T, -1, 1").unwrap_err();
        insert("'c', 5, NULL, 1, 1").unwrap_err();
        insert(&format!("'{}', 5, T, 1, 1", "x".repeat(81))).unwrap_err();
        insert(&format!("'{}', 5, T, 1, 1", "\u{e9}".repeat(80))).unwrap();
        if client.server.backend != Backend::Postgres {
            insert("'d', 5, 2, 1, 1").unwrap_err();
        }
        // Keys are not used again.
        let top = client.run(&format!("SELECT MAX(id) FROM {users}"));
        client.run(&format!("DELETE FROM {users} WHERE id = {}", top[0]));
        insert("'e', 5, T, 1, 1").unwrap();
        assert_ne!(client.run(&format!("SELECT id FROM {users} WHERE name = 'e'")), top);
        if client.server.backend == Backend::Sqlite {
            assert_eq!(client.run("PRAGMA integrity_check"), ["ok"]);
        }
        for statement in drop_all(&ALL, client.server).unwrap().statements {
            client.run(&statement);
        }
        client.raw(&format!("SELECT * FROM {users}"), true).unwrap_err();
    }
}

#[test]
fn every_type_has_a_column_on_every_backend() {
    static TYPES: [Field; 21] = [
        Field { auto: AutoValue::Increment, ..Field::new("id", &[column("id", Type::I32)]) },
        Field::new("a", &[column("a", Type::Bool)]),
        Field::new("b", &[column("b", Type::I8)]),
        Field::new("c", &[column("c", Type::I16)]),
        Field::new("d", &[column("d", Type::I32)]),
        Field::new("e", &[column("e", Type::I64)]),
        Field::new("f", &[column("f", Type::U8)]),
        Field::new("g", &[column("g", Type::U16)]),
        Field::new("h", &[column("h", Type::U32)]),
        Field::new("i", &[column("i", Type::U64)]),
        Field::new("j", &[column("j", Type::F32)]),
        Field::new("k", &[column("k", Type::F64)]),
        Field::new("l", &[ColumnDef { max_length: Some(20_000), ..column("l", Type::Text) }]),
        Field::new("m", &[column("m", Type::Bytes)]),
        Field::new("n", &[column("n", Type::Date)]),
        Field::new("o", &[column("o", Type::Time)]),
        Field::new("p", &[column("p", Type::DateTime)]),
        Field::new("q", &[column("q", Type::Timestamp)]),
        Field::new("r", &[column("r", Type::Uuid)]),
        Field::new("s", &[ColumnDef { precision: Some((18, 4)), ..column("s", Type::Decimal) }]),
        Field::new("t", &[column("t", Type::Json)]),
    ];
    static TABLE: Table = table("Types", "types", &TYPES, &[&TYPES[0]]);
    for client in BACKENDS.into_iter().filter_map(Client::connect) {
        for statement in create_all(&[&TABLE], &[], client.server).unwrap() {
            client.run(&statement);
        }
    }
}

#[test]
fn what_cannot_be_a_table_is_refused_by_name() {
    static OTHER: Table = table("Other", "shop_us`er\"s", &USER_FIELDS, &[&USER_FIELDS[0]]);
    for backend in BACKENDS {
        let error = create_all(&[&USERS, &USERS, &OTHER], &[], server(backend)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }));
        let text = error.to_string();
        assert!(text.contains("sample::User") && text.contains("m::Other"), "{text}");
    }

    static WIDE: [Field; 1] =
        [Field::new("id", &[ColumnDef { precision: Some((30, 2)), ..column("id", Type::Decimal) }])];
    static DECIMAL: Table = table("Decimals", "decimals", &WIDE, &[&WIDE[0]]);
    let error = create_all(&[&DECIMAL], &[], server(Backend::Sqlite)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }));
    assert_eq!((error.model(), error.field()), (Some("Decimals"), Some("id")));

    static TEXT: [Field; 1] = [Field::new("name", &[column("name", Type::Text)])];
    static KEYED: Table = table("Keyed", "keyed", &TEXT, &[&TEXT[0]]);
    for (backend, refused) in [(Backend::Sqlite, false), (Backend::Postgres, false), (Backend::MariaDb, true)]
    {
        assert_eq!(create_all(&[&KEYED], &[], server(backend)).is_err(), refused);
    }

    static SCHEMA: Table =
        Table { meta: MetaDef::EMPTY.schema("a\"'b"), ..table("S", "s", &TEXT, &[&TEXT[0]]) };
    assert!(create_all(&[&SCHEMA], &[], server(Backend::Sqlite)).is_err());
    if let Some(client) = Client::connect(Backend::Postgres) {
        for _ in 0..2 {
            for statement in create_all(&[&SCHEMA], &[], client.server).unwrap() {
                client.run(&statement);
            }
        }
        client.run("DROP SCHEMA \"a\"\"'b\" CASCADE");
    }
}

#[test]
fn a_key_that_is_set_to_its_default_has_one() {
    static ID: [ColumnDef; 1] = [column("id", Type::I64)];
    static OWNER: [ColumnDef; 1] = [column("owner_id", Type::I64)];
    const fn set_default(default: DbDefault) -> [Field; 2] {
        let reference = Reference {
            target: hen,
            path: "",
            to: None,
            on_delete: Action::NoAction,
            on_update: Action::SetDefault,
        };
        [Field::new("id", &ID), Field::new("owner", &OWNER).reference(reference).db_default(default)]
    }
    static WITHOUT: [Field; 2] = set_default(DbDefault::None);
    static WITH: [Field; 2] = set_default(DbDefault::Literal(Literal::Int(1)));
    static NO_DEFAULT: Table = table("NoDefault", "chick", &WITHOUT, &[&WITHOUT[0]]);
    static DEFAULT: Table = table("Default", "chick", &WITH, &[&WITH[0]]);
    for backend in BACKENDS {
        let error = create_all(&[&NO_DEFAULT], &[], server(backend)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error}");
        assert_eq!((error.model(), error.field()), (Some("NoDefault"), Some("owner")));
        match (create_all(&[&DEFAULT], &[], server(backend)), backend) {
            (Ok(statements), Backend::Sqlite | Backend::Postgres) => {
                assert!(statements.concat().contains(" ON UPDATE SET DEFAULT"), "{statements:?}");
            }
            (result, _) => {
                let error = result.unwrap_err();
                assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error}");
                assert_eq!((error.model(), error.field()), (Some("Default"), Some("owner")));
            }
        }
    }
}

#[test]
fn two_indexes_of_one_name_are_the_same_or_refused() {
    static FIELDS: [Field; 2] = [
        Field::new("id", &[column("id", Type::I64)]),
        Field { index: true, ..Field::new("a", &[column("a", Type::I64)]) },
    ];
    static DOWN: [Index; 1] = [index(true)];
    static UP: [Index; 1] = [index(false)];
    const fn index(descending: bool) -> Index {
        const DOWN: &[IndexPart] = &[IndexPart { of: IndexOf::Field(&FIELDS[1]), descending: true }];
        const UP: &[IndexPart] = &[IndexPart { of: IndexOf::Field(&FIELDS[1]), descending: false }];
        Index { parts: if descending { DOWN } else { UP }, ..Index::EMPTY }
    }
    static SAME: Table = Table { indexes: &UP, ..table("Same", "one_name", &FIELDS, &[&FIELDS[0]]) };
    static OTHER: Table = Table { indexes: &DOWN, ..table("Other", "one_name", &FIELDS, &[&FIELDS[0]]) };
    for backend in BACKENDS {
        let statements = create_all(&[&SAME], &[], server(backend)).unwrap().join("\n");
        assert_eq!(statements.matches("one_name_a_ix").count(), 1, "{statements}");
        let error = create_all(&[&OTHER], &[], server(backend)).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error}");
        assert_eq!(error.model(), Some("Other"));
        assert!(error.to_string().contains("`one_name_a_ix` twice"), "{error}");
    }
}
