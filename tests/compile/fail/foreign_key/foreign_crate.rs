use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(related_name = users)]
    team: ForeignKey<::teams::Team>,
}

fn main() {}
