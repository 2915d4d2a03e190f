use orm::prelude::*;

async fn program() -> orm::Result<()> {
    let query: QuerySet<String> = QuerySet::new();
    Ok(())
}

fn main() {}
