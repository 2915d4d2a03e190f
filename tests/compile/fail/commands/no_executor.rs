use orm::params;

async fn program() -> orm::Result<u64> {
    orm::using(3).execute("DELETE FROM users WHERE id = :id", params! { id: 1 }).await
}

fn main() {}
