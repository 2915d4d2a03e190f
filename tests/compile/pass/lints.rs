//! Generated code is quiet under the lints that a program may deny.
#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub, unused_qualifications)]
#![deny(rust_2018_idioms, unused, nonstandard_style, private_interfaces, private_bounds)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery, clippy::allow_attributes)]
#![deny(clippy::indexing_slicing)]
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

    /// A group.
    #[derive(Embed, Debug, Clone)]
    #[embed(new(Debug), patch(Debug, setters))]
    pub struct Group {
        /// One of many.
        #[field(default = 1)]
        pub a: i32,
        undocumented: Option<String>,
    }

    /// A thing with a group.
    #[derive(Model, Debug)]
    #[model(new(Debug), patch(Debug, setters), index(group.a, id))]
    pub struct Grouped {
        /// One of many.
        #[field(primary_key)]
        pub id: i64,
        /// One of many.
        #[field(embed)]
        pub group: Group,
        #[field(embed, prefix = "own_")]
        undocumented: Option<Group>,
    }

    /// A thing.
    #[derive(Model, Debug)]
    #[model(new(Debug), patch(Debug, setters))]
    pub struct Thing {
        /// One of many.
        #[field(primary_key, insertable)]
        pub id: i64,
        /// One of many.
        #[field(related_name = parts)]
        pub whole: ForeignKey<Self>,
        /// One of many.
        pub a: i32,
        /// One of many.
        pub b: i32,
        /// One of many.
        pub c: i32,
        /// One of many.
        pub d: i32,
        /// One of many.
        pub e: i32,
        /// One of many.
        pub f: i32,
        /// One of many.
        #[field(default = 1)]
        pub h: i32,
        /// One of many.
        pub i: Option<i32>,
        undocumented: i32,
        #[field(default = 0)]
        undocumented_too: i32,
    }

    impl Thing {
        pub(crate) const fn read(&self) -> i32 {
            self.undocumented + self.undocumented_too
        }
    }
}

/// Reads what is private.
pub fn main() {
    /// A model of this function alone, with an accessor on one outside.
    #[derive(Model, Debug)]
    struct Letter {
        #[field(primary_key)]
        id: i64,
        #[field(related_name = letters)]
        to: ForeignKey<User>,
    }

    let _ = (User::letters, |letter: &Letter| (letter.id, letter.to));
    let _ = |thing: &open::Thing| thing.read();
}
