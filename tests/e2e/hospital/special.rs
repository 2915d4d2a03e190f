//! What not every backend has. Where it is missing `create_tables` is refused, before any SQL.

use orm::model::Table;
use orm::prelude::*;
use orm_tests::Kind;

use super::HospitalMeta;
use super::buildings::{Bed, Room};
use super::patients::Patient;
use super::staff::Employee;

/// A bed has one patient at a time: unique among the rows of those who are still here.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "occupancies", unique_together(bed, where = Self::until.is_null()))]
pub struct Occupancy {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade)]
    pub bed: ForeignKey<Bed>,
    #[field(db_default = now)]
    pub since: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
}

/// How big somebody is. Doses go by what follows from it, so that is what is looked for.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "body_measures", index(expr(Self::grams / Self::centimetres), -at))]
pub struct BodyMeasure {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade)]
    pub patient: ForeignKey<Patient>,
    pub at: NaiveDate,
    pub grams: i32,
    #[field(check = Self::centimetres.gt(0))]
    pub centimetres: i32,
}

/// How warm a fridge is, and what that makes in the unit of its maker.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "fridges")]
pub struct Fridge {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade)]
    pub room: ForeignKey<Room>,
    pub decidegrees: i32,
    #[field(generated(Self::decidegrees * 18 / 10 + 320, virtual))]
    pub decidegrees_fahrenheit: i32,
}

/// A key to a cupboard. Whoever leaves, leaves it to number 1, the janitor.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "cupboard_keys")]
pub struct CupboardKey {
    #[field(primary_key, max_length = 10)]
    pub label: String,
    #[field(on_delete = set_default, db_default = 1)]
    pub holder: ForeignKey<Employee>,
}

/// A wrist band, whose number nobody can guess.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "wrist_bands")]
pub struct WristBand {
    #[field(primary_key, db_default = uuid)]
    pub id: Uuid,
    #[field(on_delete = cascade)]
    pub patient: ForeignKey<Patient>,
}

/// What came by post, as the reader of letters sees it; looked for in every way.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    meta = HospitalMeta,
    table = "letters",
    index(digest, method = "hash"),
    index(parts, method = "gin", opclass = "jsonb_path_ops"),
    index(title, method = "spgist"),
    index(area, method = "gist"),
    index(read, method = "brin"),
    index(patient, method = "btree", include(title))
)]
pub struct Letter {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade)]
    pub patient: ForeignKey<Patient>,
    #[field(max_length = 64)]
    pub digest: String,
    pub parts: serde_json::Value,
    #[field(max_length = 200)]
    pub title: String,
    #[field(auto_now_add)]
    pub read: DateTime<Utc>,
    /// Where the address stands on the page. A type that the framework does not know, filled in by the reader.
    #[field(read_only, max_length = 80, db_type(postgres = "BOX"))]
    pub area: Option<String>,
}

/// What was over long ago is in a schema of its own.
#[derive(Meta)]
#[meta(extends = HospitalMeta, schema = "hospital_archive")]
struct ArchiveMeta;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = ArchiveMeta, table = "old_stays")]
pub struct OldStay {
    #[field(primary_key, auto = false)]
    pub id: i64,
    /// Those who were here are in another schema.
    pub patient: Uuid,
    pub admitted: DateTime<Utc>,
    pub discharged: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, schema = "hospital_archive", table = "old_notes")]
pub struct OldNote {
    #[field(primary_key, auto = false)]
    pub id: i64,
    #[field(on_delete = cascade, index)]
    pub stay: ForeignKey<OldStay>,
    pub text: String,
}

/// Who is in which bed: a view, which is not made from here.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "occupied_beds", managed = false)]
pub struct OccupiedBed {
    #[field(primary_key, auto = false, read_only)]
    pub id: i64,
    #[field(max_length = 8, read_only)]
    pub label: String,
    #[field(read_only)]
    pub patient: ForeignKey<Patient>,
}

/// A model that some backends refuse, with the word for what they lack.
pub(super) struct Special {
    pub(super) tables: &'static [&'static Table],
    pub(super) lacking: fn(Kind) -> Option<&'static str>,
}

/// All of them but those in a schema of their own.
pub(super) const SPECIAL: [Special; 5] = [
    Special {
        tables: &[Occupancy::TABLE],
        lacking: |kind| matches!(kind, Kind::MySql | Kind::MariaDb).then_some("partial indexes"),
    },
    Special {
        tables: &[BodyMeasure::TABLE],
        lacking: |kind| (kind == Kind::MariaDb).then_some("indexes on expressions"),
    },
    Special {
        tables: &[CupboardKey::TABLE],
        lacking: |kind| matches!(kind, Kind::MySql | Kind::MariaDb).then_some("set to their default"),
    },
    Special { tables: &[Letter::TABLE], lacking: |kind| (kind != Kind::Postgres).then_some("indexes") },
    Special { tables: &[WristBand::TABLE], lacking: |_| None },
];

/// Those in a schema of their own.
pub(super) const ARCHIVE: [&Table; 2] = [OldStay::TABLE, OldNote::TABLE];
