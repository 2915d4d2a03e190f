use orm::params;

struct Name(String);

async fn program(database: &orm::Database, name: Name) -> orm::Result<u64> {
    orm::using(database).execute("DELETE FROM users WHERE name = :name", params! { name }).await
}

fn main() {}
