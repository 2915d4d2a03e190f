use orm::prelude::*;

#[derive(DbType, Clone, PartialEq, Debug)]
struct Code(String);

impl From<&str> for Code {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[derive(Model)]
struct Thing {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 3, default = "abcd")]
    text: String,
    #[field(max_length = 3, default = "äöüß")]
    code: Code,
    #[field(default = "a\0b")]
    nul: Option<String>,
    #[field(max_length = 3, default = "äöü")]
    fits: String,
}

fn main() {}
