use orm::prelude::*;

#[derive(Model)]
#[model(many_to_many(friends: User, through = Friendship))]
struct User {
    #[field(primary_key)]
    id: i64,
}

#[derive(Model)]
struct Friendship {
    #[field(primary_key)]
    id: i64,
    from: ForeignKey<User>,
    to: ForeignKey<User>,
}

fn main() {}
