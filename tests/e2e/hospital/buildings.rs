//! Departments, wards, rooms and beds.

use orm::model::Table;
use orm::prelude::*;

use super::HospitalMeta;
use super::staff::Employee;

/// What a room is for: few kinds, and the same for ever.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
#[db_enum(native, name = "hosp_room_kind", rename_all = "lowercase")]
pub enum RoomKind {
    Single,
    Shared,
    Intensive,
    Theatre,
}

/// When visitors are let in. Wards come as JSON from the office, which seldom says it.
#[derive(Embed, Debug, Clone, PartialEq)]
#[embed(new(Debug, Clone), patch(Debug), serde)]
pub struct VisitingHours {
    #[field(default = 14, validate(range(max = 23)))]
    pub from: u8,
    #[field(default = 18, validate(range(max = 24)))]
    pub until: u8,
}

/// A part of the hospital with a head and a budget of its own.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "departments", ordering(name), renamed_from = "Division")]
pub struct Department {
    #[field(primary_key)]
    pub id: i64,
    /// Nobody remembers whether it is written with capitals.
    #[field(
        max_length = 60,
        unique,
        collation(sqlite = "NOCASE", mysql = "utf8mb4_0900_ai_ci", mariadb = "utf8mb4_general_ci")
    )]
    pub name: String,
    /// Who leads it. Departments and employees refer to each other.
    #[field(on_delete = set_null, related_name = leads)]
    pub head: Option<ForeignKey<Employee>>,
    /// In whole units; the servers keep it as the accountants want it.
    #[field(
        db_type(postgres = "NUMERIC(14)", mysql = "DECIMAL(14)", mariadb = "DECIMAL(14)"),
        default = 0,
        check = Self::budget.ge(0)
    )]
    pub budget: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    meta = HospitalMeta,
    table = "wards",
    comment = "Stations, as the nurses call them",
    unique_together(department, name),
    serde,
    new(Debug)
)]
pub struct Ward {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = restrict, related_name = wards)]
    pub department: ForeignKey<Department>,
    #[field(max_length = 40)]
    pub name: String,
    #[field(comment = "0 is the ground floor", renamed_from = "level")]
    pub floor: i8,
    #[field(embed, prefix = "visits_", default)]
    pub visits: VisitingHours,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "rooms", unique_together(ward, number))]
pub struct Room {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = rooms)]
    pub ward: ForeignKey<Ward>,
    #[field(max_length = 8)]
    pub number: String,
    #[field(default = RoomKind::Shared)]
    pub kind: RoomKind,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, table = "beds", index(room, label, unique, name = "hosp_a_bed_has_one_place"))]
pub struct Bed {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = beds)]
    pub room: ForeignKey<Room>,
    /// At the door, at the window.
    #[field(max_length = 8)]
    pub label: String,
    #[field(default = false)]
    pub out_of_order: bool,
}

pub(super) const TABLES: [&Table; 4] = [Department::TABLE, Ward::TABLE, Room::TABLE, Bed::TABLE];
