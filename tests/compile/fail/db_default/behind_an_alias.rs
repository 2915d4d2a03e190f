use orm::prelude::*;

type Count = u8;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(db_default = 256)]
    a: Count,
    #[field(db_default = "x")]
    b: Option<ForeignKey<User>>,
}

fn main() {}
