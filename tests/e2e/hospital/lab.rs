//! The laboratory, which is a department of another company: it has the framework from the formulary, and an app, a
//! prefix and names of its own.

use framework::model::Table;
use framework::prelude::*;
use orm_tests_registry::formulary::orm as framework;

use super::HospitalMeta;
use super::patients::Patient;

#[derive(Meta)]
#[meta(
    extends = HospitalMeta,
    table_prefix = "Lab",
    app = "laboratory",
    naming(tables = "PascalCase", plural, columns = "camelCase"),
    crate = framework
)]
struct LabMeta;

/// What a value is measured in.
#[derive(DbType, Debug, Clone, PartialEq)]
#[db_type(crate = framework)]
pub struct Unit(pub String);

/// What a sample is.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
#[db_enum(rename_all = "SCREAMING_SNAKE_CASE", crate = framework)]
pub enum Material {
    WholeBlood,
    Serum,
    Urine,
}

/// What is normal.
#[derive(Embed, Debug, Clone, PartialEq)]
#[embed(crate = framework)]
pub struct Normal {
    pub low: f64,
    pub high: f64,
}

/// A machine, found by its address.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = LabMeta, crate = framework)]
pub struct Device {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 40, unique, validate(ip))]
    pub address: String,
    #[field(max_length = 15, validate(ipv4))]
    pub old_address: Option<String>,
    #[field(max_length = 40, validate(ipv6, contains(":")))]
    pub new_address: Option<String>,
    /// In minutes. The servers of the company count from another zero.
    #[field(db_default(
        sql = "60",
        sqlite = "30 + 30",
        postgres = "6 * 10",
        mysql = "61 - 1",
        mariadb = "59 + 1"
    ))]
    pub calibrated_every: i32,
}

/// What can be measured.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = LabMeta, table = "Analyses", crate = framework)]
pub struct Analysis {
    #[field(primary_key, max_length = 10)]
    pub code: String,
    #[field(max_length = 80, comment = "")]
    pub name: String,
    #[field(max_length = 12)]
    pub unit: Unit,
    #[field(embed)]
    pub normal: Option<Normal>,
}

/// A tube, under the number on it.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    meta = LabMeta,
    crate = framework,
    many_to_many(analyses: Analysis, through = Measurement, related_name = samples)
)]
pub struct Sample {
    #[field(primary_key, auto = false)]
    pub barcode: i64,
    #[field(on_delete = restrict, related_name = samples)]
    pub patient: ForeignKey<Patient>,
    pub material: Material,
    #[field(auto_now_add, insertable)]
    pub taken: DateTime<Utc>,
}

/// What came out.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = LabMeta, crate = framework, unique_together(sample, analysis))]
pub struct Measurement {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = measurements)]
    pub sample: ForeignKey<Sample>,
    #[field(on_delete = restrict, related_name = measurements)]
    pub analysis: ForeignKey<Analysis>,
    #[field(on_delete = set_null, related_name = measurements)]
    pub device: Option<ForeignKey<Device>>,
    pub value: Option<f64>,
}

/// What an analysis is called.
#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Analysis, crate = framework)]
pub struct Title {
    pub name: String,
    pub unit: Unit,
}

/// A line of the sheet that goes to the ward.
#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Measurement, crate = framework)]
pub struct SheetLine {
    pub value: Option<f64>,
    #[projection(nested)]
    pub analysis: Title,
    #[projection(expr = Measurement::sample.to(Sample::material))]
    pub material: Material,
}

/// How often something was measured.
#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Measurement, grouped, crate = framework)]
pub struct Frequency {
    #[projection(expr = framework::key(Measurement::analysis))]
    pub analysis: String,
    #[projection(expr = framework::count_rows())]
    pub times: i64,
}

pub(super) const TABLES: [&Table; 4] = [Device::TABLE, Analysis::TABLE, Sample::TABLE, Measurement::TABLE];
