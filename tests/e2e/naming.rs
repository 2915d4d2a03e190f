//! Conventions for names: what tables and columns are called whose model does not name them.

use orm::model::{NameCase, Naming, Table, tables};
use orm::prelude::*;
use orm_tests::{Outcome, TestDb, cases, catalog};
use orm_tests_registry::conventions::{MixedMeta, PascalMeta};
use orm_tests_registry::parts::Stamps;

use crate::introspection::{differences, read_back};

#[derive(Embed, Debug, Clone, PartialEq)]
pub struct GeoPoint {
    pub lat_deg: i32,
    #[field(column = "LNG_deg")]
    pub lon_deg: i32,
}

#[derive(Embed, Debug, Clone, PartialEq)]
pub struct Address {
    #[field(max_length = 10)]
    pub zip_code: String,
    #[field(embed)]
    pub geo: GeoPoint,
    #[field(embed, prefix = "ALT_")]
    pub other_place: Option<GeoPoint>,
}

/// Models of the same names under different settings.
macro_rules! models {
    ($module:ident, $prefix:literal, $meta:meta) => {
        mod $module {
            use super::*;

            #[derive(Model, Debug, Clone, PartialEq)]
            #[model($meta, primary_key(depot_no, shelf_no), table_prefix = $prefix)]
            pub struct StorageUnit {
                pub depot_no: i32,
                pub shelf_no: i32,
            }

            #[derive(Model, Debug, Clone, PartialEq)]
            #[model(
                                        $meta,
                                        table_prefix = $prefix,
                                        many_to_many(spare_parts: StockCategory, related_name = spare_of),
                                        index(first_unit, -made_on)
                                    )]
            pub struct StockCategory {
                #[field(primary_key)]
                pub id: i64,
                #[field(max_length = 40, unique)]
                pub long_name: String,
                pub made_on: NaiveDate,
                #[field(on_delete = set_null, related_name = first_in)]
                pub first_unit: Option<ForeignKey<StorageUnit>>,
                #[field(on_delete = set_null)]
                pub parent: Option<ForeignKey<StockCategory>>,
                #[field(column = "OWN_name", default = 0)]
                pub in_stock: i32,
                #[field(embed)]
                pub home: Address,
                #[field(embed, prefix = "to_")]
                pub target: Option<GeoPoint>,
                #[field(embed, prefix = "", default)]
                pub stamps: Stamps,
            }

            #[derive(Model, Debug, Clone, PartialEq)]
            #[model($meta, table_prefix = $prefix, table = "own_Table", many_to_many(units: StorageUnit))]
            pub struct Named {
                #[field(primary_key)]
                pub id: i64,
            }

            pub const TABLES: [&Table; 5] = [
                StorageUnit::TABLE,
                StockCategory::TABLE,
                StockCategorySpareParts::TABLE,
                Named::TABLE,
                NamedUnits::TABLE,
            ];
        }
    };
}

models!(plain, "plain_", crate = orm);
models!(pascal, "pascal_", meta = PascalMeta);
models!(mixed, "mixed_", meta = MixedMeta);
models!(screaming, "screaming_", meta = Screaming);
models!(snake, "snake_", naming(tables = "snake_case", plural, columns = "snake_case"));
models!(camel, "camel_", naming = "camelCase");
models!(singular, "singular_", meta = Singular);

#[derive(Meta)]
#[meta(naming(tables = "SCREAMING_SNAKE_CASE", plural = true, columns = "SCREAMING_SNAKE_CASE"))]
struct Screaming;

/// Said otherwise, one by one.
#[derive(Meta)]
#[meta(extends = MixedMeta, naming(plural = false))]
struct Singular;

fn all() -> [(&'static str, [&'static Table; 5]); 7] {
    [
        ("plain", plain::TABLES),
        ("pascal", pascal::TABLES),
        ("mixed", mixed::TABLES),
        ("screaming", screaming::TABLES),
        ("snake", snake::TABLES),
        ("camel", camel::TABLES),
        ("singular", singular::TABLES),
    ]
}

/// The names of tables that a convention makes, without the prefix.
fn table_names(convention: &str) -> [&'static str; 5] {
    match convention {
        "plain" => {
            ["storage_unit", "stock_category", "stock_category_spare_parts", "own_Table", "own_Table_units"]
        }
        "pascal" | "mixed" => {
            ["StorageUnits", "StockCategories", "StockCategoriesSpareParts", "own_Table", "own_TableUnits"]
        }
        "screaming" => [
            "STORAGE_UNITS",
            "STOCK_CATEGORIES",
            "STOCK_CATEGORIES_SPARE_PARTS",
            "own_Table",
            "own_Table_UNITS",
        ],
        "snake" => [
            "storage_units",
            "stock_categories",
            "stock_categories_spare_parts",
            "own_Table",
            "own_Table_units",
        ],
        "camel" => ["storageUnit", "stockCategory", "stockCategorySpareParts", "own_Table", "own_TableUnits"],
        _ => ["StorageUnit", "StockCategory", "StockCategorySpareParts", "own_Table", "own_TableUnits"],
    }
}

/// The columns of the second table.
fn column_names(convention: &str) -> [&'static str; 16] {
    match convention {
        "pascal" => [
            "Id",
            "LongName",
            "MadeOn",
            "FirstUnitDepotNo",
            "FirstUnitShelfNo",
            "ParentId",
            "OWN_name",
            "HomeZipCode",
            "HomeGeoLatDeg",
            "home_geo_LNG_deg",
            "home_ALT_lat_deg",
            "home_ALT_LNG_deg",
            "to_LatDeg",
            "to_LNG_deg",
            "CreatedAt",
            "TouchedAt",
        ],
        "mixed" | "camel" | "singular" => [
            "id",
            "longName",
            "madeOn",
            "firstUnitDepotNo",
            "firstUnitShelfNo",
            "parentId",
            "OWN_name",
            "homeZipCode",
            "homeGeoLatDeg",
            "home_geo_LNG_deg",
            "home_ALT_lat_deg",
            "home_ALT_LNG_deg",
            "to_latDeg",
            "to_LNG_deg",
            "createdAt",
            "touchedAt",
        ],
        "screaming" => [
            "ID",
            "LONG_NAME",
            "MADE_ON",
            "FIRST_UNIT_DEPOT_NO",
            "FIRST_UNIT_SHELF_NO",
            "PARENT_ID",
            "OWN_name",
            "HOME_ZIP_CODE",
            "HOME_GEO_LAT_DEG",
            "home_geo_LNG_deg",
            "home_ALT_lat_deg",
            "home_ALT_LNG_deg",
            "to_LAT_DEG",
            "to_LNG_deg",
            "CREATED_AT",
            "TOUCHED_AT",
        ],
        _ => [
            "id",
            "long_name",
            "made_on",
            "first_unit_depot_no",
            "first_unit_shelf_no",
            "parent_id",
            "OWN_name",
            "home_zip_code",
            "home_geo_lat_deg",
            "home_geo_LNG_deg",
            "home_ALT_lat_deg",
            "home_ALT_LNG_deg",
            "to_lat_deg",
            "to_LNG_deg",
            "created_at",
            "touched_at",
        ],
    }
}

/// What is in the database, past the ORM.
async fn columns(
    db: &TestDb,
    table: &Table,
) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let found = catalog::table(db.kind(), &mut db.connect_oracle().await?, None, &table.full_name()).await?;
    Ok(found.columns.into_iter().map(|column| column.name).collect())
}

cases! {
    /// Tables and columns are there under the names of their convention.
    async fn names_by_convention(db: &TestDb) -> Outcome {
        for (convention, tables) in all() {
            db.handle().create_tables(&tables).await?;
            let names: Vec<_> = tables.iter().map(|table| table.full_name()).collect();
            let expected = table_names(convention).map(|name| format!("{convention}_{name}"));
            assert_eq!(names, expected, "{convention}");
            assert_eq!(catalog::tables(db).await?, expected.into_iter().collect(), "{convention}");
            assert_eq!(columns(db, tables[1]).await?, column_names(convention), "{convention}");
            let between: &[&str] = match convention {
                "pascal" => &["NamedId", "StorageUnitDepotNo", "StorageUnitShelfNo"],
                "screaming" => &["NAMED_ID", "STORAGE_UNIT_DEPOT_NO", "STORAGE_UNIT_SHELF_NO"],
                "plain" | "snake" => &["named_id", "storage_unit_depot_no", "storage_unit_shelf_no"],
                _ => &["namedId", "storageUnitDepotNo", "storageUnitShelfNo"],
            };
            assert_eq!(columns(db, tables[4]).await?, between, "{convention}");
            assert_eq!(differences(db, &tables).await?, Vec::<String>::new(), "{convention}");
            db.handle().drop_tables(&tables).await?;
            read_back(db, &tables).await?;
        }
        Ok(())
    }

    /// Rows are written, joined and linked under them.
    async fn rows_under_other_names(db: &TestDb) -> Outcome {
        use pascal::*;

        let on = db.handle();
        on.create_tables(&TABLES).await?;
        let unit = StorageUnit::objects().using(on).create(NewStorageUnit::new(1, 2)).await?;
        let home = |zip: &str| Address { zip_code: zip.to_owned(), geo: GeoPoint { lat_deg: 1, lon_deg: 2 }, other_place: None };
        let day = NaiveDate::default();
        let nuts = StockCategory::objects().using(on).create(NewStockCategory::new("nuts", day, home("1")).first_unit(&unit)).await?;
        let bolts = NewStockCategory::new("bolts", day, home("2")).parent(&nuts).in_stock(7);
        let bolts = StockCategory::objects().using(on).create(bolts).await?;
        StockCategory::spare_parts.of(&bolts).using(on).add([&nuts]).await?;
        let named = Named::objects().using(on).create(NewNamed::new()).await?;
        Named::units.of(&named).using(on).add([&unit]).await?;
        let found = StockCategory::objects().using(on)
            .filter(StockCategory::parent.to(StockCategory::long_name).eq("nuts") & StockCategory::spare_parts.exists())
            .select((StockCategory::in_stock, StockCategory::home.to(Address::zip_code)))
            .one().await?;
        assert_eq!(found, (7, "2".to_owned()));
        assert_eq!(StorageUnit::first_in.of(&unit).using(on).select(StockCategory::long_name).all().await?, ["nuts"]);
        let quote = if matches!(db.kind(), orm_tests::Kind::MySql | orm_tests::Kind::MariaDb) { '`' } else { '"' };
        let plain = format!("SELECT \"HomeZipCode\" FROM \"pascal_StockCategories\" WHERE \"ParentId\" = {} AND \"OWN_name\" = 7", nuts.id);
        assert_eq!(db.oracle(&plain.replace('"', &quote.to_string())).await?, [[Some("2".to_owned())]]);
        let error = StockCategory::objects().using(on).create(NewStockCategory::new("nuts", day, home("3"))).await.unwrap_err();
        assert!(error.is_unique_violation() && error.field() == Some("long_name"), "{error:?}");
        Ok(())
    }

    /// Each convention is inherited by itself, over crates, and a model's own goes before.
    async fn conventions_are_inherited(_db: &TestDb) -> Outcome {
        use NameCase::{Camel, Pascal, Snake};

        assert_eq!(MixedMeta::DEF.naming, Naming { tables: Some(Pascal), plural: Some(true), columns: Some(Camel) });
        assert_eq!(Singular::DEF.naming, Naming { plural: Some(false), ..MixedMeta::DEF.naming });
        assert_eq!(snake::Named::TABLE.meta.naming.columns, Some(Snake));
        assert_eq!(plain::Named::TABLE.meta.naming, Naming::NONE);
        let known = tables();
        assert!(all().iter().flat_map(|(_, tables)| tables).all(|table| known.iter().any(|known| std::ptr::eq(*known, *table))));
        Ok(())
    }
}
