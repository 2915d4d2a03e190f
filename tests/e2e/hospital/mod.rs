//! A hospital: an application of forty models in six modules and a crate of its own, in which every attribute that there
//! is stands for a reason.
//!
//! `orm-macros` sees to it that none is missing: its tests read these files. What not every backend has is in `special`;
//! there it is refused. `schema` reads all of it back from the databases' catalogs, `life` lives in it for a while.

mod buildings;
mod care;
mod lab;
mod life;
mod money;
mod patients;
mod schema;
mod special;
mod staff;

use orm::model::Table;
use orm::prelude::*;
use orm_tests_registry::formulary;

/// Where the hospital's data are.
static HOSPITAL: Database = Database::deferred("hospital");

/// A copy of them, which screens in the wards read.
static SCREENS: Database = Database::deferred("hospital screens");

/// What all models of the hospital have in common.
#[derive(Meta)]
#[meta(database = HOSPITAL, replicas(SCREENS), table_prefix = "hosp_", app = "hospital")]
struct HospitalMeta;

/// The tables that every backend takes, those of the formulary first.
fn tables() -> Vec<&'static Table> {
    [
        &formulary::TABLES[..],
        &buildings::TABLES,
        &staff::TABLES,
        &patients::TABLES,
        &care::TABLES,
        &lab::TABLES,
        &money::TABLES,
    ]
    .concat()
}
