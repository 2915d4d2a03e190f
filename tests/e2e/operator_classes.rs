//! What PostgreSQL does with the values of an index: operator classes, and types that have none.

use orm::prelude::*;
use orm::{ErrorKind, Hstore};
use orm_tests::{Kind, Outcome, cases};

use crate::indexes::{definitions, names, one};

/// Operator classes, of which some have to be named.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "classed_things",
    index(tags, method = "gin", opclass = "jsonb_path_ops"),
    index(name, opclass = "pg_catalog.text_pattern_ops", unique),
    index(name, kind, made, method = "brin", name = "classed_brin"),
    index(name, method = "spgist", name = "classed_spgist"),
    index(expr(Self::kind + 1), method = "hash", opclass = "int8_ops"),
    index(place, method = "gist")
)]
pub(crate) struct OperatorClasses {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 20)]
    pub name: String,
    pub tags: serde_json::Value,
    pub kind: i32,
    pub made: NaiveDateTime,
    /// Of a type that only the server knows.
    #[field(max_length = 20, db_type(postgres = "POINT"), read_only)]
    pub place: Option<String>,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
#[db_enum(native, name = "index_mood")]
enum Mood {
    Sad,
}

/// Models of an index each.
macro_rules! indexed {
    ($name:ident: $($model:ident $table:literal $field:ident: $ty:ty, $method:literal;)*) => {
        $(
            #[derive(Model, Debug, Clone, PartialEq)]
            #[model(table = $table, index($field, method = $method))]
            struct $model {
                #[field(primary_key)]
                id: i64,
                $field: $ty,
            }
        )*
        const $name: &[&orm::model::Table] = &[$($model::TABLE),*];
    };
}
// For a field of whose type PostgreSQL itself has no operator class.
indexed! {
    NO_OPERATORS:
    GinInteger "without_gin_integer" a: i32, "gin";
    GinTime "without_gin_time" a: DateTime<Utc>, "gin";
    GistUuid "without_gist_uuid" a: Uuid, "gist";
    GistDay "without_gist_day" a: NaiveDate, "gist";
    SpGistFloat "without_sp_gist_float" a: f64, "spgist";
    SpGistJson "without_sp_gist_json" a: serde_json::Value, "spgist";
    BrinTruth "without_brin_truth" a: bool, "brin";
    BrinJson "without_brin_json" a: Option<serde_json::Value>, "brin";
    BrinMood "without_brin_mood" a: Mood, "brin";
    GistArray "without_gist_array" a: Vec<i32>, "gist";
    SpGistArray "without_sp_gist_array" a: Vec<Option<i64>>, "spgist";
    BrinArray "without_brin_array" a: Vec<Uuid>, "brin";
    SpGistMap "without_sp_gist_map" a: Hstore, "spgist";
    BrinMap "without_brin_map" a: Option<Hstore>, "brin";
}

// For a field of whose type it has one.
indexed! {
    OPERATORS:
    GinArray "with_gin_array" a: Vec<i32>, "gin";
    HashArray "with_hash_array" a: Option<Vec<Uuid>>, "hash";
    TreeArray "with_tree_array" a: Vec<bool>, "btree";
    GinMap "with_gin_map" a: Hstore, "gin";
    GistMap "with_gist_map" a: Option<Hstore>, "gist";
    HashMap "with_hash_map" a: Hstore, "hash";
}

/// A class that nobody has.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "one_class", index(a, method = "gin", opclass = "no_such_ops"))]
struct OneClass {
    #[field(primary_key)]
    id: i64,
    a: i32,
}

cases! {
    /// What PostgreSQL does with the values of an index: as named, or as it is for the type.
    async fn operator_classes(db: &TestDb) -> Outcome {
        let made = db.handle().create_tables(&[OperatorClasses::TABLE]).await;
        if db.kind() != Kind::Postgres {
            assert!(matches!(made.unwrap_err().kind(), ErrorKind::Unsupported { .. }));
            return Ok(());
        }
        made?;
        let found = definitions(db, "classed_things").await?;
        for (at, wanted) in [(0, "USING gin (tags jsonb_path_ops)"), (1, "USING btree (name text_pattern_ops)"), (2, "USING brin (name, kind, made)"), (3, "USING spgist (name)"), (4, "USING hash (("), (5, "USING gist (place)")] {
            let name = &names(OperatorClasses::TABLE)[at];
            let text = one(&found, &format!("INDEX {name} ON"));
            assert!(text.contains(wanted), "{wanted} in {text}");
        }
        // One that the server does not know is an error of the server.
        let gin = OneClass::TABLE;
        assert!(matches!(db.handle().create_tables(&[gin]).await.unwrap_err().kind(), ErrorKind::Database { .. }));
        Ok(())
    }

    /// An index for which PostgreSQL has no operator class is refused before any SQL, with the field.
    async fn types_without_operators(db: &TestDb) -> Outcome {
        for table in NO_OPERATORS {
            let error = db.handle().create_tables(&[table]).await.unwrap_err();
            assert_eq!(error.model(), Some(table.model));
            match db.kind() {
                Kind::Postgres => {
                    assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
                    assert_eq!(error.field(), Some("a"));
                    assert!(error.to_string().contains("opclass"), "{error}");
                }
                _ => assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error:?}"),
            }
            let sql = format!("SELECT * FROM {}", table.full_name());
            assert!(db.oracle(&sql).await.is_err(), "nothing is made");
        }
        Ok(())
    }

    /// Arrays and maps have operators for more methods than their elements have.
    async fn arrays_and_maps(db: &TestDb) -> Outcome {
        let made = db.handle().create_tables(OPERATORS).await;
        if db.kind() != Kind::Postgres {
            assert!(matches!(made.unwrap_err().kind(), ErrorKind::Unsupported { .. }));
            return Ok(());
        }
        made?;
        for (table, method) in OPERATORS.iter().zip(["gin", "hash", "btree", "gin", "gist", "hash"]) {
            let found = definitions(db, &table.full_name()).await?;
            one(&found, &format!("USING {method} (a)"));
        }
        Ok(())
    }
}
