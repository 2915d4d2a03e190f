use orm::prelude::*;

#[derive(DbEnum, Clone)]
#[db_enum(rename_all = "snake_case")]
enum Twice {
    InReview,
    #[db_enum(rename = "in_review")]
    Review,
    #[db_enum(rename = "")]
    Empty,
    #[db_enum(rename = "a\\b")]
    Backslash,
    #[db_enum(rename = "blank ")]
    Blank,
    #[db_enum(rename = "a value of more bytes than PostgreSQL takes, which are sixty-three")]
    Long,
}

#[derive(DbEnum, Clone)]
#[db_enum(integer)]
enum Numbers {
    Said = 1,
    Unsaid,
    Calculated = 10 + 1,
    Large = 3_000_000_000,
    #[db_enum(rename = "x")]
    Named = 4,
}

#[derive(DbEnum, Clone)]
#[db_enum(integer)]
#[repr(u8)]
enum Bytes {
    Most = 255,
}

#[derive(DbEnum, Clone)]
#[db_enum(integer)]
#[repr(u64)]
enum Wide {
    One = 1,
}

/// What uses them is not in error too.
#[derive(Model)]
struct Uses {
    #[field(primary_key)]
    id: i64,
    #[field(default = Twice::Empty)]
    twice: Twice,
    numbers: Option<Numbers>,
}

fn main() {
    let _ = Uses::objects().filter(Uses::twice.eq(Twice::Blank) & Uses::numbers.ne(Numbers::Unsaid));
}
