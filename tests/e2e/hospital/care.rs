//! What happens to patients: stays, appointments, findings, prescriptions, operations.

use orm::model::Table;
use orm::prelude::*;
use orm_tests_registry::formulary::{Diagnosis, Drug, IcdCode};

use super::HospitalMeta;
use super::buildings::Bed;
use super::patients::Patient;
use super::staff::{Doctor, Employee};

/// How far an appointment is.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq, serde::Deserialize)]
#[db_enum(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    Planned,
    UnderWay,
    Done,
    DidNotCome,
}

/// A patient in a bed.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    meta = HospitalMeta,
    table = "stays",
    ordering(-admitted, id),
    index(bed, -admitted),
    full_text(reason, name = "stays_words", accessor = words),
    check(Self::discharged.is_null() | Self::discharged.ge(Self::admitted)),
    new(Debug, Clone),
    patch(setters)
)]
pub struct Stay {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = restrict, related_name = stays)]
    pub patient: ForeignKey<Patient>,
    #[field(on_delete = restrict, related_name = stays)]
    pub bed: ForeignKey<Bed>,
    #[field(db_default = now)]
    pub admitted: DateTime<Utc>,
    pub discharged: Option<DateTime<Utc>>,
    /// In the words of the patient.
    pub reason: Option<String>,
}

/// A time with a doctor. Booked from outside, as JSON.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "appointments", unique_together(doctor, at), serde, new(Debug))]
pub struct Appointment {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = appointments)]
    pub patient: ForeignKey<Patient>,
    #[field(on_delete = cascade, related_name = appointments)]
    pub doctor: ForeignKey<Doctor>,
    pub at: NaiveDateTime,
    #[field(default = 20, check = Self::minutes.between(5, 480))]
    pub minutes: i16,
    #[field(db_default = "planned")]
    pub progress: Progress,
}

/// What was found. It refers to the diagnosis by its code, which is what doctors say.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "findings", unique_together(stay, code))]
pub struct Finding {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = findings)]
    pub stay: ForeignKey<Stay>,
    #[field(references(Diagnosis, code), relation = diagnosis, on_update = cascade, max_length = 8)]
    pub code: IcdCode,
    #[field(references = Finding, relation = reason, on_delete = set_null)]
    pub because_of: Option<i64>,
    #[field(db_default = true)]
    pub certain: bool,
}

/// A drug that a patient gets for some days.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    meta = HospitalMeta,
    table = "prescriptions",
    foreign_key(
        finding: Finding,
        fields(stay, against),
        references(stay, code),
        on_delete = cascade,
        on_update = cascade,
        related_name = prescriptions
    )
)]
pub struct Prescription {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = prescriptions)]
    pub stay: ForeignKey<Stay>,
    #[field(on_delete = restrict)]
    pub drug: ForeignKey<Drug>,
    /// What it is to help against: something that was found in the same stay.
    #[field(max_length = 8)]
    pub against: Option<IcdCode>,
    #[field(on_delete = restrict, related_name = prescriptions)]
    pub doctor: ForeignKey<Doctor>,
    #[field(precision = 8, scale = 3, check = Self::dose.gt(Decimal::ZERO))]
    pub dose: Decimal,
    pub times_a_day: i32,
    pub days: i32,
    /// How many the ward has to order.
    #[field(generated = Self::times_a_day * Self::days)]
    pub doses: i32,
}

/// The hours at which it is given.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "dose_times", primary_key(prescription, hour))]
pub struct DoseTime {
    #[field(on_delete = cascade, related_name = hours)]
    pub prescription: ForeignKey<Prescription>,
    #[field(validate(range(max = 23)))]
    pub hour: u8,
}

/// What machines at a bed write down: read from its end, and looked for by the machine if that was out of order. A machine
/// says one thing at a time, and has a number of the technicians.
#[derive(Meta)]
#[meta(
    extends = HospitalMeta,
    ordering(-at, id),
    index(machine, -at),
    unique_together(stay, machine, at),
    check(|machine: i32| machine.gt(0))
)]
struct MachineMeta;

/// What the monitor says.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = MachineMeta, table = "vitals")]
pub struct Vital {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = vitals)]
    pub stay: ForeignKey<Stay>,
    pub machine: i32,
    pub at: DateTime<Utc>,
    #[field(validate(range(min = 20.0, max = 45.0)))]
    pub temperature: Option<f64>,
    /// The name is that of the export which fills this table every minute.
    #[field(column = "heart_bpm")]
    pub pulse: Option<u16>,
}

/// What the pump gave.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = MachineMeta, table = "drips")]
pub struct Drip {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = drips)]
    pub stay: ForeignKey<Stay>,
    pub machine: i32,
    pub at: DateTime<Utc>,
    #[field(check = Self::millilitres.ge(0.0))]
    pub millilitres: f64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    meta = HospitalMeta,
    table = "operations",
    many_to_many(team: Employee, through = TeamMember, through_fields(operation, member), related_name = operations)
)]
pub struct Operation {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = restrict, related_name = operations)]
    pub stay: ForeignKey<Stay>,
    pub begins: DateTime<Utc>,
    pub lasts: Option<TimeDelta>,
    /// Swabs and instruments, counted before the patient is closed. Every model has a function of this name.
    #[field(accessor = counted_objects, default = 0)]
    pub objects: i32,
}

/// Who does what in it.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "team_members", unique_together(operation, member))]
pub struct TeamMember {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = members)]
    pub operation: ForeignKey<Operation>,
    #[field(on_delete = cascade, related_name = team_memberships)]
    pub member: ForeignKey<Employee>,
    #[field(on_delete = set_null)]
    pub taught_by: Option<ForeignKey<Employee>>,
    #[field(max_length = 30, default = "assistant".to_owned())]
    pub role: String,
}

/// What is written down about a stay; what is wrong is not changed, but written anew.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "notes", new(Debug))]
pub struct Note {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = notes)]
    pub stay: ForeignKey<Stay>,
    #[field(on_delete = set_null, related_name = notes)]
    pub author: Option<ForeignKey<Employee>>,
    #[field(one_to_one, on_delete = set_null)]
    pub replaces: Option<ForeignKey<Note>>,
    #[field(write_once)]
    pub text: String,
    /// By the clock of the database, whatever the program says.
    #[field(read_only, db_default = now)]
    pub entered: DateTime<Utc>,
}

pub(super) const TABLES: [&Table; 10] = [
    Stay::TABLE,
    Appointment::TABLE,
    Finding::TABLE,
    Prescription::TABLE,
    DoseTime::TABLE,
    Vital::TABLE,
    Drip::TABLE,
    Operation::TABLE,
    TeamMember::TABLE,
    Note::TABLE,
];
