use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = set_default)]
    friend: ForeignKey<User>,
    #[field(on_update = set_default, default = ForeignKey::from(1))]
    other: ForeignKey<User>,
    #[field(references = User, relation = boss, on_delete = set_default)]
    boss_id: Option<i64>,
}

#[derive(Model)]
struct Post {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = set_defualt, db_default = 1)]
    editor: ForeignKey<User>,
}

fn main() {}
