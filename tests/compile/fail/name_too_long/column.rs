use orm::prelude::*;

#[derive(Model)]
#[model(table = "a_name_of_a_table_that_is_so_long_that_databases_would_cut_it_off")]
struct User {
    #[field(primary_key)]
    id: i64,
}

fn main() {}
