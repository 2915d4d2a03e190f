use orm::prelude::*;
use orm_tests::scenario::blog::User;

async fn program() -> orm::Result<()> {
    let shared = std::rc::Rc::new(1);
    spawn(async move {
        orm::atomic(async move |_| {
            User::objects().all().await?;
            drop(shared);
            Ok::<_, orm::Error>(())
        })
        .await
    });
    Ok(())
}

fn spawn<T: Future + Send + 'static>(_: T) {}

fn main() {}
