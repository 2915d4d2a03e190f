use orm::prelude::*;

#[derive(Embed, Clone)]
struct Address {
    #[field(max_length = 40)]
    city: String,
}

#[derive(Model)]
#[model(primary_key(id, home), index(home), index(name.first), unique_together(work.city))]
struct User {
    id: i64,
    #[field(embed, column = "x", max_length = 3)]
    home: Address,
    #[field(embed, unique, index, on_delete = cascade)]
    work: Address,
    #[field(embed, default)]
    other: Option<Address>,
    #[field(prefix = "n_")]
    name: i32,
    #[field(default)]
    age: i32,
}

fn main() {}
