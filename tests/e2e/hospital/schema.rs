//! The tables of the hospital, read back from the catalogs of the databases.

use std::collections::BTreeSet;

use orm::ErrorKind;
use orm::model::Table;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};

use super::buildings::Ward;
use super::lab::Sample;
use super::money::{Audit, Invoice};
use super::patients::Patient;
use super::special::{ARCHIVE, Fridge, NewOldNote, NewOldStay, OldNote, OldStay, SPECIAL};
use crate::introspection::{differences, read_back};

/// Those that everything else refers to, and these.
fn with(tables: &[&'static Table]) -> Vec<&'static Table> {
    [super::tables(), tables.to_vec()].concat()
}

/// Refused before any SQL, with an error that names the model.
async fn refused(db: &TestDb, tables: &[&'static Table], lacking: &str) -> Outcome {
    let error = db.handle().create_tables(&with(tables)).await.expect_err(lacking);
    let ErrorKind::Unsupported { feature, .. } = error.kind() else { return Err(error.into()) };
    assert!(feature.contains(lacking), "{feature}");
    assert!(tables.iter().any(|table| Some(table.model) == error.model()), "{error:?}");
    assert!(Patient::objects().using(db.handle()).count().await.is_err(), "nothing was created");
    Ok(())
}

cases! {
    /// Every table that every backend takes is there as its model says.
    async fn as_the_models_say(db: &TestDb) -> Outcome {
        let tables = super::tables();
        assert!(tables.len() >= 40, "{}", tables.len());
        let models: BTreeSet<_> = tables.iter().map(|table| (table.module, table.model)).collect();
        assert_eq!(models.len(), tables.len());
        let known = orm::model::tables();
        assert!(tables.iter().all(|table| known.iter().any(|known| std::ptr::eq(*known, *table))));
        read_back(db, &tables).await
    }

    /// What not every backend has is as the model says, or refused.
    async fn what_some_lack(db: &TestDb) -> Outcome {
        for special in SPECIAL {
            match (special.lacking)(db.kind()) {
                Some(lacking) => refused(db, special.tables, lacking).await?,
                None => read_back(db, &with(special.tables)).await?,
            }
        }
        // PostgreSQL learned it in version 18.
        let mut is_old = false;
        if db.kind() == Kind::Postgres {
            let version = db.oracle("SHOW server_version_num").await?.concat();
            is_old = version[0].as_deref().unwrap_or_default().parse::<u32>()? < 180_000;
        }
        match is_old {
            true => refused(db, &[Fridge::TABLE], "virtual").await,
            false => read_back(db, &with(&[Fridge::TABLE])).await,
        }
    }

    /// A schema of its own is made on PostgreSQL, is there before on MySQL and MariaDB, and is refused by SQLite.
    async fn a_schema_of_its_own(db: &TestDb) -> Outcome {
        let on = db.handle();
        // The name is the same for whoever runs this on the same server, so one at a time.
        let mut oracle = db.connect_oracle().await?;
        match db.kind() {
            Kind::Sqlite => {
                let error = on.create_tables(&ARCHIVE).await.unwrap_err();
                assert!(matches!(error.kind(), ErrorKind::Unsupported { feature: "schemas", .. }), "{error}");
                assert_eq!(error.model(), Some("OldStay"));
                return Ok(());
            }
            Kind::Postgres => {
                oracle.ask("SELECT pg_advisory_lock(20240501)").await?;
                oracle.ask("DROP SCHEMA IF EXISTS hospital_archive CASCADE").await?;
            }
            Kind::MySql | Kind::MariaDb => {
                oracle.ask("SELECT GET_LOCK('hospital_archive', 600)").await?;
                oracle.ask("DROP DATABASE IF EXISTS hospital_archive").await?;
                oracle.ask("CREATE DATABASE hospital_archive").await?;
            }
        }
        on.create_tables(&ARCHIVE).await?;
        let lines = differences(db, &ARCHIVE).await?;
        assert!(lines.is_empty(), "{}", lines.join("\n"));
        let at = DateTime::UNIX_EPOCH;
        let stay = OldStay::objects().using(on).create(NewOldStay::new(7, Uuid::nil(), at, at)).await?;
        OldNote::objects().using(on).create(NewOldNote::new(1, &stay, "long ago")).await?;
        assert_eq!(OldNote::objects().using(on).filter(OldNote::stay.to(OldStay::admitted).eq(at)).count().await?, 1);
        let rows = oracle.ask("SELECT stay_id FROM hospital_archive.hosp_old_notes").await?;
        assert_eq!(rows, [[Some("7".to_owned())]]);
        on.drop_tables(&ARCHIVE).await?;
        assert!(oracle.ask("SELECT stay_id FROM hospital_archive.hosp_old_notes").await.is_err());
        let drop = if db.kind() == Kind::Postgres { "DROP SCHEMA" } else { "DROP DATABASE" };
        oracle.ask(&format!("{drop} hospital_archive")).await?;
        Ok(())
    }

    /// Apps, databases and prefixes are those of the settings, and a model's own before them.
    async fn settings(_db: &TestDb) -> Outcome {
        let of = |table: &Table| (table.app().to_owned(), table.full_name());
        let text = |app: &str, name: &str| (app.to_owned(), name.to_owned());
        assert_eq!(of(Ward::TABLE), text("hospital", "hosp_wards"));
        assert_eq!(of(Sample::TABLE), text("laboratory", "LabSamples"));
        assert_eq!(of(Invoice::TABLE), text("billing", "bill_invoices"));
        assert_eq!(of(OldStay::TABLE), text("hospital", "hosp_old_stays"));
        let databases = [
            Ward::objects().count().await.unwrap_err(),
            Sample::objects().count().await.unwrap_err(),
            Audit::objects().count().await.unwrap_err(),
        ];
        let databases: Vec<_> = databases.iter().map(|error| error.database()).collect();
        assert_eq!(databases, [Some("hospital"), Some("hospital"), Some("audit")]);
        Ok(())
    }
}
