use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(column = "ID")]
    number: i32,
    team_id: i32,
    team: ForeignKey<User>,
}

fn main() {}
