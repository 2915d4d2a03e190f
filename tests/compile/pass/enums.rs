//! Enums are column types; they need neither `Debug` nor `PartialEq` where they are no key.

use orm::prelude::*;

#[derive(DbEnum, Clone)]
enum r#Status {
    Open,
    r#Self_,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
#[db_enum(integer, crate = ::orm)]
#[repr(i8)]
pub enum Level {
    Low = -128,
    High = 127,
}

#[derive(Model)]
#[model(patch(setters))]
struct Ticket {
    #[field(primary_key)]
    level: Level,
    #[field(default = Status::Open, index)]
    status: Status,
    before: Option<Status>,
    parent: Option<ForeignKey<Ticket>>,
}

pub fn main() {
    let ticket = NewTicket::new(Level::High).status(Status::Self_).before(Status::Open).parent(Level::Low);
    let _ = Ticket::objects().create(ticket);
    let _ = Ticket::objects().filter(Ticket::parent.eq(Level::Low) | Ticket::before.in_([Status::Open]));
    let _ = Ticket::objects().filter(Ticket::level.eq(Level::High)).patch(TicketPatch::default().status(Status::Open));
    assert!(matches!(Ticket::TABLE.fields[0].columns[0].ty, orm::types::Type::Enum(def) if def.variants.len() == 2));
}
