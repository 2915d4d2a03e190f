use orm::prelude::*;

#[derive(Embed, Clone)]
struct Note {
    text: Option<String>,
}

#[derive(Embed, Clone)]
struct Stamps {
    #[field(auto_now)]
    at: DateTime<Utc>,
}

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(embed)]
    note: Option<Note>,
    #[field(embed)]
    stamps: Option<Stamps>,
}

fn main() {}
