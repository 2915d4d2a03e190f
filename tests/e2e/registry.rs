//! The list of all models: made at link time, of whatever crates are linked.

use std::collections::BTreeSet;

use orm::model::{Field, Table, tables};
use orm::prelude::*;
use orm_tests::{Outcome, cases};
// Nothing of it is named: that it is linked is enough.
use orm_tests_registry as _;

use crate::schema::Usurper;

/// Two models of one name in one module, which only their functions tell apart.
fn twins() -> [&'static Table; 2] {
    fn one() -> &'static Table {
        #[derive(Model, Debug)]
        #[model(table = "registry_twin_one")]
        struct Twin {
            #[field(primary_key)]
            id: i64,
        }
        Twin::TABLE
    }
    fn two() -> &'static Table {
        #[derive(Model, Debug)]
        #[model(table = "registry_twin_two")]
        struct Twin {
            #[field(primary_key)]
            id: i64,
        }
        Twin::TABLE
    }
    [one(), two()]
}

fn of_registry() -> Vec<&'static Table> {
    let named = ["orm_tests_registry::graph", "orm_tests_registry::formulary"];
    let is_named = |table: &Table| named.iter().any(|module| table.module.starts_with(module));
    let of = |table: &&Table| table.package == "orm-tests-registry" && !is_named(table);
    tables().into_iter().filter(of).collect()
}

cases! {
    /// Models that the program names nowhere are there, with what tells them apart.
    async fn models_that_nobody_names(_db: &TestDb) -> Outcome {
        let found: Vec<_> = of_registry()
            .into_iter()
            .map(|table| (table.version, table.module, table.model, table.app(), table.full_name()))
            .collect();
        let (plain, library) = ("registry_plain".to_owned(), "library_registry_plain".to_owned());
        assert_eq!(found, [
            ("0.3.1", "orm_tests_registry::plain", "Note", "orm-tests-registry", plain),
            ("0.3.1", "orm_tests_registry::shared", "Note", "library", library),
        ]);
        Ok(())
    }

    /// The list has one order, whatever order the linker found the models in, and each model once.
    async fn the_list_is_sorted(_db: &TestDb) -> Outcome {
        let all: Vec<_> = tables().into_iter().map(|table| (table.package, table.version, table.module, table.model, table.name)).collect();
        assert!(all.is_sorted());
        let here = format!("{}::schema", env!("CARGO_CRATE_NAME"));
        let usurper = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"), here.as_str(), "Usurper", "users");
        assert_eq!(all.iter().filter(|entry| **entry == usurper).count(), 1, "{all:?}");
        let once: BTreeSet<_> = all.iter().collect();
        assert_eq!(once.len(), all.len());
        Ok(())
    }

    /// Metadata is told apart by its address, however much alike it is; through the list it is the same as by name.
    async fn metadata_has_one_address(_db: &TestDb) -> Outcome {
        let all = tables();
        assert_eq!(all.iter().filter(|table| std::ptr::eq(**table, Usurper::TABLE)).count(), 1);
        for twin in twins() {
            assert_eq!(all.iter().filter(|table| std::ptr::eq(**table, twin)).count(), 1);
        }
        let fields: Vec<&'static Field> = all.iter().flat_map(|table| table.fields).collect();
        let once: BTreeSet<_> = fields.iter().map(|field| std::ptr::from_ref::<Field>(field)).collect();
        assert_eq!(once.len(), fields.len());
        for table in all {
            for key in table.primary_key {
                assert!(table.fields.iter().any(|field| std::ptr::eq(field, *key)), "{table:?}");
            }
            for field in table.fields {
                assert!(table.field(field.name).is_some_and(|found| std::ptr::eq(found, field)));
            }
        }
        Ok(())
    }

    /// Models of one name, in two modules or two functions, are two tables.
    async fn models_of_one_name(db: &TestDb) -> Outcome {
        let tables = [of_registry(), twins().to_vec()].concat();
        db.handle().create_tables(&tables).await?;
        for name in ["registry_plain", "library_registry_plain", "registry_twin_one", "registry_twin_two"] {
            assert_eq!(db.oracle(&format!("SELECT COUNT(*) FROM {name}")).await?, [[Some("0".to_owned())]]);
        }
        Ok(())
    }

    /// Two models on one table: nothing is created, and the error names both.
    async fn two_models_on_one_table(db: &TestDb) -> Outcome {
        let error = db.handle().create_all().await.unwrap_err();
        assert!(matches!(error.kind(), orm::ErrorKind::Schema { .. }), "{error:?}");
        assert_eq!(error.database(), Some(db.handle().name()));
        let text = error.to_string();
        assert!(text.contains("::User`") && text.contains("e2e::schema::Usurper`"), "{text}");
        assert!(db.oracle("SELECT COUNT(*) FROM registry_plain").await.is_err());
        Ok(())
    }
}
