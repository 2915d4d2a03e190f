use orm::prelude::*;

#[derive(DbEnum, Clone)]
#[db_enum(rename_all = "snakecase", rename = "x")]
enum Misspelt {
    #[db_enum(native)]
    One,
}

#[derive(DbEnum, Clone)]
#[db_enum(integer, native, rename_all = "lowercase")]
enum Both {
    One = 1,
}

#[derive(DbEnum, Clone)]
#[db_enum(name = "status")]
enum Named {
    One,
}

#[derive(DbEnum, Clone)]
#[db_enum(native, name = "a status")]
enum NotAWord {
    One,
}

fn main() {}
