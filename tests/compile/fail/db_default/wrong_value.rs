use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(db_default = 300)]
    a: u8,
    #[field(db_default = "x")]
    b: i32,
    #[field(db_default = 0)]
    c: f64,
    #[field(db_default = "long", max_length = 3)]
    d: Option<String>,
    #[field(db_default = now)]
    e: String,
    #[field(db_default = today)]
    f: DateTime<Utc>,
    #[field(db_default = 1.234, precision = 5, scale = 2)]
    g: Decimal,
    #[field(db_default = b"x")]
    h: Vec<u8>,
    #[field(db_default = nwo)]
    i: NaiveTime,
    #[field(db_default = Utc::now())]
    j: DateTime<Utc>,
    #[field(db_default(sql = "1", postgers = "2"))]
    k: i32,
    #[field(db_default(sql = ""))]
    l: i32,
    #[field(db_default)]
    m: i32,
}

fn main() {}
