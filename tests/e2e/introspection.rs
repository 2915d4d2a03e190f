//! Models, created and read back from the database's own catalog.
//!
//! The catalog is read in plain SQL, and compared with what the metadata and the table in `docs/types.md` say, not with
//! what the ORM makes its statements with (`orm_tests::catalog`).

use std::collections::BTreeSet;

use orm::model::{Model as _, Table};
use orm_tests::scenario::blog;
use orm_tests::scenario::types::{EveryOption, EveryType};
use orm_tests::{Kind, Outcome, TestDb, cases, catalog};
use quickstart::models::{
    Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist, PlaylistTrack, Track,
};

/// What differs between tables that are there and their models, a line each.
pub(crate) async fn differences(
    db: &TestDb,
    tables: &[&'static Table],
) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let mut oracle = db.connect_oracle().await?;
    let mut lines = Vec::new();
    for table in tables {
        let found = catalog::table(db.kind(), &mut oracle, table.meta.schema, &table.full_name()).await?;
        lines.extend(catalog::differences(db.kind(), table, found));
    }
    Ok(lines)
}

/// Creates the tables, reads them back, and drops them.
pub(crate) async fn read_back(db: &TestDb, tables: &[&'static Table]) -> Outcome {
    db.handle().create_tables(tables).await?;
    let lines = differences(db, tables).await?;
    assert!(lines.is_empty(), "{} differences\n{}", lines.len(), lines.join("\n"));
    let names: BTreeSet<_> = tables.iter().map(|table| table.full_name()).collect();
    assert_eq!(catalog::tables(db).await?, names);
    db.handle().drop_tables(tables).await?;
    assert!(catalog::tables(db).await?.is_empty());
    Ok(())
}

cases! {
    /// The music shop.
    async fn chinook(db: &TestDb) -> Outcome {
        let tables = [
            Artist::TABLE, Album::TABLE, Genre::TABLE, MediaType::TABLE, Track::TABLE, Playlist::TABLE, PlaylistTrack::TABLE,
            Employee::TABLE, Customer::TABLE, Invoice::TABLE, InvoiceLine::TABLE,
        ];
        read_back(db, &tables).await
    }

    /// Arrays and maps, where there are any.
    async fn arrays_and_maps(db: &TestDb) -> Outcome {
        let tables = [crate::arrays::every::Every::TABLE, crate::hstore::Product::TABLE];
        match db.kind() {
            Kind::Postgres => read_back(db, &tables).await,
            _ => {
                let error = db.handle().create_tables(&tables).await.unwrap_err();
                assert!(matches!(error.kind(), orm::ErrorKind::Unsupported { .. }), "{error:?}");
                Ok(())
            }
        }
    }

    /// A column of each type, and what a blog needs.
    async fn every_type(db: &TestDb) -> Outcome {
        read_back(db, &[EveryType::TABLE, EveryOption::TABLE]).await?;
        read_back(db, &blog::TABLES).await
    }
}
