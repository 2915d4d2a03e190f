//! `NewX` and `XPatch` are read by serde: what is absent is as `new` leaves it, or stays.

use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
}

#[derive(Embed, Clone, orm::private::serde::Deserialize)]
#[embed(serde)]
#[serde(crate = "orm::private::serde")]
struct Plain {
    city: String,
}

#[derive(Embed, Clone)]
#[embed(serde)]
struct Price {
    amount: i32,
    #[field(default = "CHF")]
    currency: String,
    #[field(auto_now)]
    at: DateTime<Utc>,
}

#[derive(Model)]
#[model(serde)]
struct Sale {
    #[field(primary_key)]
    id: i64,
    #[field(embed)]
    from: Plain,
    #[field(embed)]
    to: Option<Plain>,
    #[field(embed)]
    price: Price,
}

fn embedded() {
    let new: NewSale = serde_json::from_str(r#"{"from": {"city": "Bern"}, "price": {"amount": 3}}"#).expect("enough");
    assert_eq!((new.from.city.as_str(), new.to.is_none(), new.price.currency.as_str()), ("Bern", true, "CHF"));
    let patch: SalePatch = serde_json::from_str(r#"{"to": null}"#).expect("a patch");
    assert!(patch.to.is_some_and(|to| to.is_none()) && patch.from.is_none() && patch.price.is_none());
}

#[derive(Model)]
#[model(serde)]
struct Post {
    #[field(primary_key, insertable)]
    id: i64,
    author: ForeignKey<User>,
    title: String,
    #[field(default = start())]
    likes: i32,
    #[field(default = "x")]
    r#type: Option<String>,
    age: Option<i32>,
}

fn start() -> i32 {
    3
}

pub fn main() {
    embedded();
    let new: NewPost = serde_json::from_str(r#"{"author": 7, "title": "Hello"}"#).expect("enough");
    assert_eq!((new.id, *new.author.key(), new.likes, new.age), (None, 7, 3, None));
    assert_eq!(new.r#type.as_deref(), Some("x"));
    assert!(serde_json::from_str::<NewPost>(r#"{"author": 7}"#).is_err());

    let patch: PostPatch = serde_json::from_str(r#"{"age": null, "type": "y"}"#).expect("a patch");
    assert_eq!((patch.age, patch.title), (Some(None), None));
    assert_eq!(patch.r#type, Some(Some("y".to_owned())));
    assert!(serde_json::from_str::<PostPatch>(r#"{"title": null}"#).is_err());
}
