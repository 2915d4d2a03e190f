//! Who is treated here, and who pays and cares for them.

use orm::model::Table;
use orm::prelude::*;
use orm_tests_registry::formulary::{Address, PersonName, Substance};
use orm_tests_registry::parts::Stamps;

use super::HospitalMeta;

/// As in ISO 5218, whose numbers these are.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
#[db_enum(integer)]
#[repr(i16)]
pub enum Sex {
    NotKnown = 0,
    Male = 1,
    Female = 2,
    NotApplicable = 9,
}

/// As it stands on every bag of blood.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
#[db_enum(native, name = "hosp_blood_group")]
pub enum BloodGroup {
    #[db_enum(rename = "0-")]
    ZeroNegative,
    #[db_enum(rename = "0+")]
    ZeroPositive,
    #[db_enum(rename = "A+")]
    APositive,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    meta = HospitalMeta,
    table = "patients",
    index(name.family, -born),
    many_to_many(allergies: Substance, through = Allergy)
)]
pub struct Patient {
    /// Drawn by whoever admits them: ambulances have no connection.
    #[field(primary_key, default = Uuid::now_v7())]
    pub id: Uuid,
    #[field(embed)]
    pub name: PersonName,
    pub born: NaiveDate,
    #[field(default = Sex::NotKnown)]
    pub sex: Sex,
    pub blood: Option<BloodGroup>,
    #[field(sensitive, unique, max_length = 16, validate(length(min = 8, max = 16)))]
    pub insurance_number: Option<String>,
    #[field(embed)]
    pub home: Option<Address>,
    #[field(embed, prefix = "", default)]
    pub stamps: Stamps,
}

/// The folder of paper from before, of which there is one at most.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "folders")]
pub struct Folder {
    #[field(primary_key)]
    pub id: i64,
    #[field(one_to_one, on_delete = cascade, related_name = folder)]
    pub patient: ForeignKey<Patient>,
    #[field(max_length = 10)]
    pub shelf: String,
    /// Scanned by a machine of its own, which writes it here.
    #[field(read_only)]
    pub pages: Option<i32>,
}

/// Who is told.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "contacts")]
pub struct Contact {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = contacts, index)]
    pub patient: ForeignKey<Patient>,
    #[field(embed, prefix = "")]
    pub name: PersonName,
    #[field(max_length = 20, validate(prefix("+"), length(min = 8)))]
    pub phone: String,
    #[field(max_length = 120, validate(email, contains("@")))]
    pub email: Option<String>,
}

/// Who pays.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "insurers")]
pub struct Insurer {
    /// Given by the state, and given anew when two of them merge.
    #[field(primary_key, max_length = 9, validate(alphanumeric))]
    pub code: String,
    #[field(max_length = 120)]
    pub name: String,
    #[field(max_length = 200, validate(url))]
    pub site: Option<String>,
}

/// From when to when an insurer pays for a patient.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    meta = HospitalMeta,
    table = "policies",
    unique_together(patient, insurer, starts),
    check(Self::ends.is_null() | Self::ends.gt(Self::starts), name = "hosp_a_policy_ends_after_its_start")
)]
pub struct Policy {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = policies)]
    pub patient: ForeignKey<Patient>,
    #[field(on_delete = restrict, on_update = cascade, related_name = policies)]
    pub insurer: ForeignKey<Insurer>,
    pub starts: NaiveDate,
    pub ends: Option<NaiveDate>,
}

/// What a patient agrees to.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "consents")]
pub struct Consent {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = consents)]
    pub patient: ForeignKey<Patient>,
    #[field(choices("treatment", "research", "data"), max_length = 12)]
    pub subject: String,
    /// The picture of the signature.
    #[field(sensitive, validate(length(max = 65_536)))]
    pub signature: Vec<u8>,
    #[field(auto_now_add, write_once)]
    pub signed: DateTime<Utc>,
}

/// What a patient must not be given.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "allergies", primary_key(patient, substance))]
pub struct Allergy {
    #[field(on_delete = cascade, related_name = allergy_notes)]
    pub patient: ForeignKey<Patient>,
    #[field(on_delete = restrict)]
    pub substance: ForeignKey<Substance>,
    #[field(choices(1, 2, 3), default = 1)]
    pub severity: i16,
    #[field(auto_now)]
    pub noted: DateTime<Utc>,
}

pub(super) const TABLES: [&Table; 7] = [
    Patient::TABLE,
    Folder::TABLE,
    Contact::TABLE,
    Insurer::TABLE,
    Policy::TABLE,
    Consent::TABLE,
    Allergy::TABLE,
];
