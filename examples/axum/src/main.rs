//! `cargo run -p web`, then `curl -d '{"name":"ann"}' -H content-type:application/json localhost:3000/users`.

use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let url = |variable: &str, usual: &str| std::env::var(variable).unwrap_or_else(|_| usual.to_owned());
    let databases = [
        ("default", url("DATABASE_URL", "sqlite:///users.db")),
        ("analytics", url("ANALYTICS_URL", "sqlite:///visits.db")),
    ];
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    let stop = async {
        // If it cannot be listened to, the program is stopped by other means.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    web::serve(listener, databases, stop).await
}
