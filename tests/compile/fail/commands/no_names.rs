async fn program(database: &orm::Database) -> orm::Result<u64> {
    orm::using(database).execute("DELETE FROM users WHERE id = :id", 5).await
}

fn main() {}
