use orm::prelude::*;

#[derive(DbType, Debug, Clone, PartialEq)]
struct UserId(i64);

#[derive(DbType, Debug, Clone, PartialEq)]
struct PostId(i64);

#[derive(DbType, Debug, Clone, PartialEq)]
struct Name(String);

#[derive(DbType, Debug, Clone, PartialEq)]
struct Money(Decimal);

#[derive(Model)]
struct User {
    #[field(primary_key, auto)]
    id: UserId,
    #[field(unique)]
    name: Name,
    money: Money,
}

#[derive(Model)]
struct Post {
    #[field(primary_key)]
    id: PostId,
    author: ForeignKey<User>,
}

fn main() {
    let _ = User::objects().filter(User::id.eq(PostId(1)));
    let _ = User::objects().filter(User::id.eq(1));
    let _ = User::objects().filter(User::id.contains("1"));
    let _ = Post::objects().filter(Post::author.eq(PostId(1)));
    let _ = User::id + UserId(1);
    let _ = User::objects().get(PostId(1));
}
