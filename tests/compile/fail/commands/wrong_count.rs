use orm::params;

async fn program(database: &orm::Database) -> orm::Result<(Vec<i64>, Vec<String>)> {
    orm::using(database).query_multiple([("SELECT 1", params! {})]).await
}

fn main() {}
