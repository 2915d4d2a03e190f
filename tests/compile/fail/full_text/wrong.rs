use orm::prelude::*;

/// What looks like text, and is none.
type Number = i32;

#[derive(Model)]
#[model(full_text(likes, title), full_text(author, accessor = by_author), full_text(number, accessor = by_number))]
struct Post {
    #[field(primary_key)]
    id: i64,
    title: String,
    likes: i32,
    author: ForeignKey<Author>,
    number: Number,
}

#[derive(Model)]
struct Author {
    #[field(primary_key, max_length = 20)]
    name: String,
}

#[derive(Embed, Clone)]
struct Place {
    city: String,
    size: i32,
}

#[derive(Model)]
#[model(full_text(place.city, place.size))]
struct Shop {
    #[field(primary_key)]
    id: i64,
    #[field(embed)]
    place: Place,
}

#[derive(Model)]
#[model(full_text(summary))]
struct Page {
    #[field(primary_key)]
    id: i64,
    text: String,
    #[field(generated = Self::text.lower())]
    summary: String,
}

fn main() {}
