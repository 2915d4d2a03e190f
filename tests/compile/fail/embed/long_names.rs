use orm::prelude::*;

#[derive(Embed, Clone)]
struct Address {
    #[field(column = "a_name_that_is_rather_long_for_a_column")]
    city: String,
}

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(embed, prefix = "and_a_prefix_that_is_not_short_")]
    home: Address,
}

fn main() {}
