use orm::prelude::*;

/// What looks like anything, and is a number.
type Number = i32;

#[derive(Embed, Clone)]
struct Place {
    size: i32,
}

#[derive(Model)]
#[model(full_text(number), full_text(place.size, accessor = by_size))]
struct Shop {
    #[field(primary_key)]
    id: i64,
    number: Number,
    #[field(embed)]
    place: Place,
}

fn main() {}
