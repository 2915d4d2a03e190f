use orm::prelude::*;
use orm_tests::scenario::blog::*;

async fn program() -> orm::Result<()> {
    let query: QuerySet<String> = QuerySet::new();
    Ok(())
}

fn main() {}
