use orm::prelude::*;

#[derive(Model)]
struct Post {
    #[field(primary_key)]
    id: i64,
    #[field(choices("a", 1, "b", "a"))]
    text: String,
    #[field(choices("a"))]
    number: i32,
    #[field(choices(1, 2))]
    other: Option<String>,
    #[field(choices(true))]
    truth: bool,
    #[field(choices("a"))]
    flag: bool,
    #[field(choices("abcd"), max_length = 3)]
    short: String,
    #[field(choices("draft", "published"), default = "drafted")]
    state: String,
    #[field(choices(1, 2), default = 3)]
    level: i32,
    #[field(choices())]
    none: i32,
    #[field(choices = "a")]
    equal: String,
}

fn main() {}
