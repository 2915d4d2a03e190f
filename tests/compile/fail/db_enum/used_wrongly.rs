use orm::prelude::*;

#[derive(DbEnum, Debug, Clone, PartialEq)]
enum Status {
    Open,
}

#[derive(Model)]
struct Ticket {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    status: Status,
}

fn main() {
    let _ = Ticket::objects().filter(Ticket::status.eq("Open"));
    let _ = Ticket::objects().filter(Ticket::status.starts_with("O"));
    let _ = Ticket::objects().aggregate(sum(Ticket::status));
}
