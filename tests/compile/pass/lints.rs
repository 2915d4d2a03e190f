//! Generated code is quiet under the lints that a program may deny.
#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub, unused_qualifications)]
#![deny(rust_2018_idioms, unused, nonstandard_style, private_interfaces, private_bounds)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery, clippy::allow_attributes)]
#![deny(clippy::indexing_slicing, clippy::arbitrary_source_item_ordering, clippy::exhaustive_structs)]
#![forbid(unsafe_code)]

use orm::prelude::*;

/// Settings.
#[derive(Meta)]
#[meta(schema = "s")]
struct Shared;

/// A user.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = Shared)]
pub(crate) struct User {
    #[field(primary_key)]
    pub(crate) id: i64,
    /// Private.
    secret: Option<i32>,
    #[field(related_name = friends)]
    friend: Option<ForeignKey<Self>>,
    #[deprecated]
    old: bool,
}

pub mod open {
    //! What is public is documented.
    use orm::prelude::*;

    /// A thing.
    #[derive(Model, Debug)]
    #[model(new(Debug), patch(Debug, setters))]
    pub struct Thing {
        #[field(primary_key, insertable)]
        pub id: i64,
        #[field(related_name = parts)]
        pub whole: ForeignKey<Thing>,
        pub a: i32,
        pub b: i32,
        pub c: i32,
        pub d: i32,
        pub e: i32,
        pub f: i32,
        pub g: i32,
        #[field(default = 1)]
        pub h: i32,
        pub i: Option<i32>,
    }
}

fn main() {}
