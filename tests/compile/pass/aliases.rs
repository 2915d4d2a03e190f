//! Aliases of column types are column types.

use orm::prelude::*;

type Id = i64;
type Name = String;
type Maybe = Option<i32>;
type When = DateTime<Utc>;
type Money = rust_decimal::Decimal;

macro_rules! model {
    ($name:ident, $($field:ident: $ty:ty),*) => {
        #[derive(Model)]
        struct $name {
            #[field(primary_key)]
            id: i64,
            $($field: $ty),*
        }
    };
}
model!(Made, parent: Option<ForeignKey<Made>>, text: String);

#[derive(Model)]
struct Thing {
    #[field(primary_key, auto = true)]
    id: Id,
    #[field(unique, max_length = 20)]
    name: Name,
    maybe: Maybe,
    #[field(auto_now)]
    when: When,
    #[field(precision = 10, scale = 2, default = Money::ONE)]
    price: Money,
    #[field(precision = 18, scale = 0)]
    cost: Option<rust_decimal::Decimal>,
}

pub fn main() {
    assert!(Made::TABLE.fields[1].reference.is_some());
    let _ = NewMade::new("x").parent(1);
    let _ = NewThing::new("x", Some(1));
    assert_eq!(Thing::TABLE.fields[4].columns[0].precision, Some((10, 2)));
    assert!(Thing::TABLE.fields[2].nullable());
    assert_eq!(Thing::TABLE.fields[0].auto, orm::model::AutoValue::Increment);
}
