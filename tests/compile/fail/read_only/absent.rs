use orm::prelude::*;

#[derive(Model)]
#[model(patch(setters))]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(read_only)]
    a: Option<i32>,
    #[field(write_once)]
    b: i32,
}

fn main() {
    let _ = NewUser::new(1).a(2);
    let _ = UserPatch::default().b(2);
}
