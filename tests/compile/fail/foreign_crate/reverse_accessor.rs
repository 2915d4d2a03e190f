use orm::prelude::*;
use orm_tests::scenario::blog::User;

#[derive(Model)]
#[model(table = "badges")]
pub struct Badge {
    #[field(primary_key)]
    id: i64,
    #[field(related_name = badges)]
    owner: ForeignKey<User>,
}

fn main() {}
