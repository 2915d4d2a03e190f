use orm::prelude::*;

#[derive(Model)]
#[model(table = users, index, unique_together(), new, database = 5)]
struct User {
    #[field(primary_key = true)]
    id: i64,
    #[field(max_length)]
    a: String,
    #[field(max_length = "80")]
    b: String,
    #[field(max_length = 0)]
    c: String,
    #[field(max_length = 99999999999)]
    d: String,
    #[field(column = "")]
    e: String,
    #[field(unique(), default =)]
    f: i32,
    #[field(related_name = "users")]
    g: ForeignKey<User>,
    #[field(on_delete = cascad)]
    h: ForeignKey<User>,
    #[field(on_delete = explode)]
    i: ForeignKey<User>,
}

fn main() {}
