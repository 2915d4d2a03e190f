use orm::prelude::*;

#[derive(Embed, Clone)]
struct Address {
    city: String,
}

#[derive(Embed, Clone)]
struct Price {
    amount: i32,
}

#[derive(Model)]
struct User {
    #[field(primary_key)]
    id: i64,
    #[field(embed)]
    home: Address,
    #[field(embed)]
    work: Option<Address>,
}

fn main() {
    let users = User::objects();
    users.clone().filter(User::home.to(Price::amount).eq(1));
    users.clone().filter(User::home.eq("Bern"));
    users.clone().filter(User::city.eq("Bern"));
    users.clone().filter(Address::city.eq("Bern"));
    users.filter(User::id.eq(1)).update(User::home.set(None));
}
