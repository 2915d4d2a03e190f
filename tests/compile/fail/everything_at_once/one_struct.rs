use orm::prelude::*;

#[derive(Model)]
#[model(tabel = "users", index(agee))]
struct User<T> {
    #[field(primary_key, auto)]
    id: String,
    #[field(max_length = "5", uniqe)]
    name: T,
    objects: i32,
}

fn main() {}
