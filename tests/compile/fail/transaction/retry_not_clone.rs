async fn program() -> orm::Result<()> {
    let guard = std::sync::Mutex::new(1);
    orm::atomic(async move |_| {
        *guard.lock().unwrap() += 1;
        Ok::<_, orm::Error>(())
    })
    .retry(3)
    .await?;
    Ok(())
}

fn main() {}
