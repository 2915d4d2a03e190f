use orm::prelude::*;

#[derive(Model)]
struct Thing {
    #[field(primary_key)]
    id: i64,
    n: i32,
}

struct Other;

fn main() {
    let _ = Thing::objects().patch(Other);
    let _ = orm::db::install_router(Other);
}
