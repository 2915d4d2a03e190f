use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: ForeignKey<Self>,
}

fn main() {}
