use orm::prelude::*;

struct Team;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    team: ForeignKey<Team>,
}

fn main() {}
