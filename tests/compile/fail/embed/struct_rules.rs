use orm::prelude::*;

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
}

#[derive(Embed, Clone)]
#[embed(tabel = "x", table = "y")]
struct Address {
    #[field(primary_key)]
    id: i64,
    #[field(auto)]
    number: i64,
    #[field(related_name = addresses)]
    owner: ForeignKey<User>,
    #[field(embed)]
    city: String,
    #[field(unique)]
    code: String,
}

#[derive(Embed, Clone)]
struct Nothing {}

#[derive(Embed, Clone)]
struct Itself {
    #[field(embed)]
    itself: Itself,
    of: ForeignKey<Itself>,
}

#[derive(Embed, Clone)]
struct Pair(i32, i32);

#[derive(Embed, Clone)]
enum Either {
    One,
}

#[derive(Embed, Clone)]
struct Generic<T> {
    value: T,
}

#[derive(Embed, Clone)]
#[embed(new(Debug))]
struct Plain {
    value: i32,
}

fn main() {}
