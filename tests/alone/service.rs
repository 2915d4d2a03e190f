//! The example with axum: two databases in handlers, and an end that loses no request.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use orm::prelude::*;
use orm_tests::{Outcome, cases};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Longer than any machine needs: what hangs is a failure.
const PATIENCE: Duration = Duration::from_secs(60);

/// The beginning of a request whose body has this length.
fn head(method: &str, path: &str, length: usize) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n"
    )
}

fn connect(to: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(to)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Sends a request and gives its whole answer.
fn ask(to: SocketAddr, method: &str, path: &str, body: &str) -> Result<String> {
    let mut stream = connect(to)?;
    stream.write_all(format!("{}{body}", head(method, path, body.len())).as_bytes())?;
    answer(stream)
}

fn answer(mut stream: TcpStream) -> Result<String> {
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

cases! {
    /// A request that is under way when the service is told to stop is answered before the databases are closed.
    async fn stopped(db: &TestDb) -> Outcome {
        let other = db.another().await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let databases = [("default", db.url().to_owned()), ("analytics", other.clone())];
        let service = tokio::spawn(web::serve(listener, databases, async { drop(stopped.await) }));

        let first = spawn_blocking(move || ask(address, "POST", "/users", r#"{"name":"ann"}"#)).await??;
        assert!(first.starts_with("HTTP/1.1 201") && first.contains(r#""name":"ann""#), "{first}");
        let again = spawn_blocking(move || ask(address, "POST", "/users", r#"{"name":"ann"}"#)).await??;
        assert!(again.starts_with("HTTP/1.1 409"), "{again}");
        let none = spawn_blocking(move || ask(address, "GET", "/users/77", "")).await??;
        assert!(none.starts_with("HTTP/1.1 404"), "{none}");
        let health = spawn_blocking(move || ask(address, "GET", "/health", "")).await??;
        assert!(health.ends_with("analytics: ok\ndefault: ok\n"), "{health}");

        // The handler waits for the rest of the body, which is not sent yet.
        let body = r#"{"page":"/about"}"#;
        let (sent, rest) = body.split_at(5);
        let start = format!("{}{sent}", head("POST", "/users/1/visits", body.len()));
        let under_way = spawn_blocking(move || {
            let mut stream = connect(address)?;
            stream.write_all(start.as_bytes())?;
            Result::Ok(stream)
        })
        .await??;
        // Connections are accepted in the order in which they came: behind this answer the request has begun.
        spawn_blocking(move || ask(address, "GET", "/health", "")).await??;
        stop.send(()).map_err(|()| "the service has ended already")?;
        // Nobody is let in any more: the service has heard of it.
        let refused = spawn_blocking(move || {
            let start = std::time::Instant::now();
            while ask(address, "GET", "/health", "").is_ok_and(|answer| !answer.is_empty()) {
                if start.elapsed() > PATIENCE {
                    return false;
                }
            }
            true
        });
        assert!(refused.await?, "new requests are still answered");
        assert!(!service.is_finished());
        for name in ["default", "analytics"] {
            db::get(name)?.ping().await?;
    }

    let rest = rest.to_owned();
    let late = spawn_blocking(move || {
        let mut stream = under_way;
        stream.write_all(rest.as_bytes())?;
        answer(stream)
    })
    .await??;
    assert!(late.starts_with("HTTP/1.1 204"), "{late}");
    tokio::time::timeout(PATIENCE, service).await???;
    assert!(db::names().is_empty());

    let analytics = Database::open("analytics", &other).await?;
    let pages = web::Visit::objects().using(&analytics).select(web::Visit::page).all().await?;
    assert_eq!(pages, ["/about"]);
    analytics.close().await?;
    assert_eq!(db.oracle("SELECT name FROM web_users").await?, [[Some("ann".to_owned())]]);
    assert!(db.oracle("SELECT * FROM web_visits").await.is_err());
    Ok(())
    }
}
