use orm::prelude::*;
use orm_tests::scenario::blog::User;

#[derive(Model)]
#[model(many_to_many(owners: User, related_name = badges))]
pub struct Badge {
    #[field(primary_key)]
    id: i64,
}

fn main() {}
