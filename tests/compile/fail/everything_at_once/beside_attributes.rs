use orm::prelude::*;

type Words = String;

fn words() -> String {
    String::new()
}

/// A setting that is wrong hides nothing of other fields.
#[derive(Model)]
#[model(tabel = "notes")]
struct Note {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = "5")]
    title: String,
    #[field(unique)]
    words: Words,
    #[field(default = words())]
    likes: i32,
    #[field(precision = 3, scale = 1)]
    count: Words,
}

/// Of the wrong field itself nothing more is said.
#[derive(Model)]
struct Once {
    #[field(primary_key)]
    id: i64,
    #[field(uniqe)]
    words: Words,
    #[field(default = "x", unique)]
    count: i32,
}

fn main() {}
