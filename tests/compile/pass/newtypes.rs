//! Newtypes are column types, with the attributes of what is in them.

use orm::prelude::*;

#[derive(DbType, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(i64);

#[derive(DbType, Debug, Clone, PartialEq)]
struct Name {
    text: String,
}

#[derive(DbType, Clone)]
struct Price(rust_decimal::Decimal);

/// A newtype of a newtype, without `Debug` or `PartialEq`.
#[derive(DbType, Clone)]
struct Nick(Name);

#[derive(DbType, Clone)]
struct Picture(std::vec::Vec<u8>);

#[derive(DbType, Clone)]
#[db_type(try_from, crate = ::orm)]
struct Even(i16);

impl TryFrom<i16> for Even {
    type Error = ();

    fn try_from(value: i16) -> Result<Self, ()> {
        if value % 2 == 0 { Ok(Self(value)) } else { Err(()) }
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self { text: text.into() }
    }
}

#[derive(Model)]
struct User {
    #[field(primary_key, auto)]
    id: UserId,
    #[field(unique, max_length = 20, default = "nobody".into())]
    name: Name,
    nick: Option<Nick>,
    #[field(precision = 10, scale = 2)]
    price: Option<Price>,
    picture: Option<Picture>,
    even: Even,
}

#[derive(Model)]
struct Post {
    #[field(primary_key)]
    id: i64,
    #[field(related_name = posts)]
    author: ForeignKey<User>,
    editor: Option<ForeignKey<User>>,
}

#[derive(Model)]
#[model(primary_key(user, name))]
struct Alias {
    user: ForeignKey<User>,
    #[field(max_length = 9)]
    name: Name,
}

pub fn main() {
    assert_eq!(User::TABLE.fields[0].auto, orm::model::AutoValue::Increment);
    assert_eq!(User::TABLE.fields[3].columns[0].precision, Some((10, 2)));
    let _ = NewUser::new(Even(2)).name("ann").nick(Nick("a".into())).price(Price(Decimal::ONE));
    let _ = NewPost::new(UserId(1)).editor(UserId(2));
    let user = User { id: UserId(1), name: "x".into(), nick: None, price: None, picture: None, even: Even(0) };
    let _: UserId = user.key();
    let _ = NewPost::new(&user).editor(&user);
    let _ = User::objects()
        .filter(User::id.eq(UserId(1)) & User::id.in_([UserId(1), UserId(2)]) & User::name.eq(Name::from("ann")))
        .filter(User::name.starts_with("a") | User::nick.contains("b") | User::nick.eq(None))
        .filter(User::posts.any(Post::author.eq(UserId(1))))
        .order_by(User::id.desc())
        .select((User::id, User::nick))
        .all();
    let _ = Post::objects().filter(
        Post::author.eq(UserId(3))
            & Post::author.in_(vec![UserId(3)])
            & Post::author.to(User::name).ends_with("x")
            & Post::author.in_(User::objects().select(User::id))
            & Post::editor.in_(Post::objects().select(Post::editor)),
    );
    let _ = Post::objects().update_all((Post::author.set(UserId(1)), Post::editor.set(None)));
    let _ = User::objects().get(UserId(1));
    let _ = User::objects().aggregate(max(User::id));
    let _ = Alias::objects().get((UserId(1), Name::from("x")));
    let _: (UserId, Name) = Alias { user: UserId(1).into(), name: "a".into() }.key();
}
