//! Who works here, what they can do, and when.

use orm::model::Table;
use orm::prelude::*;
use orm_tests_registry::formulary::PersonName;

use super::HospitalMeta;
use super::buildings::{Department, Ward};

/// A number of an employee; not to be mistaken for another number.
#[derive(DbType, Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
pub struct EmployeeId(pub i32);

/// A part of the day. Numbers, because shifts are ordered by it.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
#[db_enum(integer)]
#[repr(i8)]
pub enum Turn {
    Early = 1,
    Late = 2,
    Night = 3,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    meta = HospitalMeta,
    table = "employees",
    index(name.family, name.given),
    many_to_many(qualifications: Qualification, related_name = holders, table = "employee_skills"),
    new(Debug, Clone),
    patch(Debug, setters)
)]
pub struct Employee {
    /// Counted up, but those from before keep the number that the pay office gave them.
    #[field(primary_key, auto, insertable)]
    pub id: EmployeeId,
    #[field(embed, prefix = "")]
    pub name: PersonName,
    #[field(max_length = 120, unique, validate(email, suffix("@hospital.example")))]
    pub email: String,
    /// Hangs at every door; still nobody else's business.
    #[field(sensitive, max_length = 12, validate(pattern("^[0-9]{4,12}$")))]
    pub door_code: String,
    #[field(on_delete = restrict, related_name = staff, index)]
    pub department: ForeignKey<Department>,
    #[field(on_delete = set_null, related_name = led)]
    pub led_by: Option<ForeignKey<Employee>>,
    #[field(db_default = today)]
    pub hired: NaiveDate,
}

/// What one can be trained for.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "qualifications")]
pub struct Qualification {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 60, unique, validate = not_a_title)]
    pub name: String,
}

fn not_a_title(name: &str) -> Result<(), &'static str> {
    if name.starts_with("Dr.") { Err("is a title") } else { Ok(()) }
}

/// An employee who may treat patients: the same key, more columns.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "doctors")]
pub struct Doctor {
    #[field(primary_key, on_delete = cascade, related_name = doctor)]
    pub employee: ForeignKey<Employee>,
    /// Given once, by the chamber.
    #[field(write_once, max_length = 20, unique, validate(ascii))]
    pub licence: String,
    #[field(choices("surgery", "medicine", "radiology"), max_length = 20)]
    pub field: String,
}

/// A turn of a day on a ward.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    meta = HospitalMeta,
    table = "shifts",
    primary_key(ward, day, turn),
    ordering(day, turn),
    many_to_many(crew: Employee, through = Duty, through_fields(shift, employee), related_name = shifts)
)]
pub struct Shift {
    #[field(on_delete = cascade)]
    pub ward: ForeignKey<Ward>,
    pub day: NaiveDate,
    pub turn: Turn,
    /// How many are needed.
    #[field(default = 2, validate(range(min = 1)))]
    pub needed: u8,
}

/// Who works in it.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "duties", unique_together(shift, employee))]
pub struct Duty {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = duties)]
    pub shift: ForeignKey<Shift>,
    #[field(on_delete = cascade, related_name = duties)]
    pub employee: ForeignKey<Employee>,
    /// Whose duty it was.
    #[field(on_delete = set_null)]
    pub swapped_with: Option<ForeignKey<Employee>>,
}

pub(super) const TABLES: [&Table; 6] = [
    Employee::TABLE,
    Qualification::TABLE,
    EmployeeQualifications::TABLE,
    Doctor::TABLE,
    Shift::TABLE,
    Duty::TABLE,
];
