use orm::prelude::*;

#[derive(Embed, Clone)]
struct Place {
    #[field(check = Self::north.ge(0))]
    north: i32,
    east: i32,
    #[field(generated = Self::north + Self::east)]
    both: i32,
}

#[derive(Model)]
struct Shop {
    #[field(primary_key)]
    id: i64,
    #[field(embed, choices(1, 2))]
    place: Place,
}

fn main() {}
