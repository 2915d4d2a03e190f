use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key, colour)]
    id: i64,
    #[field(default = "x")]
    age: i32,
}

#[derive(Model)]
struct Post {
    #[field(primary_key)]
    id: i64,
    #[field(related_name = posts)]
    author: ForeignKey<User>,
}

fn use_them(user: &User) -> (NewPost, NewUser, UserPatch, i64) {
    let _ = (User::objects(), User::posts, User::age);
    (NewPost::new(user), NewUser::new().age(3), UserPatch::default(), user.key())
}

fn main() {}
