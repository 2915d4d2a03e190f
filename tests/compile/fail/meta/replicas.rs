use orm::prelude::*;

static REPLICA: Database = Database::deferred("replica");

#[derive(Meta)]
#[meta(replicas = REPLICA)]
struct OneMeta;

#[derive(Model)]
#[model(replicas(REPLICA, 7))]
struct User {
    #[field(primary_key)]
    id: i64,
}

fn main() {}
