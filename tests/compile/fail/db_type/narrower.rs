use orm::prelude::*;

#[derive(DbType, Clone, PartialEq, Debug)]
struct Code(String);

#[derive(Model)]
struct Thing {
    #[field(primary_key, max_length = 4, db_type(postgres = "CHAR(4)"))]
    key: String,
    #[field(max_length = 4, db_type(postgres = "pg_catalog.bpchar"))]
    code: Option<Code>,
    #[field(db_type(mysql = "character (4)"))]
    padded: String,
    #[field(max_length = 40, db_type(mariadb = "VARCHAR(30)"))]
    longer: String,
    #[field(db_type(postgres = "VARCHAR(30)"))]
    endless: String,
    #[field(db_type(postgres = "TIMESTAMPTZ(0)", mysql = "DATETIME", mariadb = "TIMESTAMP"))]
    at: DateTime<Utc>,
    #[field(db_type(postgres = "TIMESTAMP(3) WITHOUT TIME ZONE", mysql = "DATE"))]
    local: Option<NaiveDateTime>,
    #[field(db_type(postgres = "TIME(0)", mysql = "TIME"))]
    clock: NaiveTime,
    #[field(db_type(postgres = "REAL", mysql = "FLOAT", mariadb = "DOUBLE(10, 2)"))]
    ratio: f64,
    #[field(db_type(postgres = "NUMERIC(10, 2)"))]
    small: f32,
    #[field(db_type(mysql = "DOUBLE"))]
    count: i64,
    #[field(precision = 8, scale = 2, db_type(postgres = "NUMERIC(5, 1)", mysql = "DECIMAL", mariadb = "INT"))]
    price: Decimal,
    #[field(db_type(mariadb = "BINARY(20)"))]
    hash: Vec<u8>,
    #[field(
        max_length = 30,
        db_type(postgres = "VARCHAR(30)", mysql = "VARCHAR(31)", mariadb = "TEXT", sqlite = "ANY")
    )]
    kept: String,
    #[field(precision = 8, scale = 2, db_type(postgres = "NUMERIC", mysql = "DECIMAL(8, 2)"))]
    also_kept: Decimal,
}

fn main() {}
