use orm::prelude::*;

#[derive(Model)]
#[model(
    full_text,
    full_text(),
    full_text(titel),
    full_text(title, title),
    full_text(-title),
    full_text(title, nmae = "x"),
    full_text(title, name = 1, accessor = "x"),
    full_text(title, body),
    full_text(title, body),
    full_text(body),
    full_text(body, title, accessor = title),
    full_text(name = "x")
)]
struct Post {
    #[field(primary_key)]
    id: i64,
    title: String,
    body: Option<String>,
}

#[derive(Model)]
#[model(full_text(title))]
struct Page {
    #[field(primary_key)]
    id: i64,
    title: String,
    full_text: String,
}

fn main() {}
