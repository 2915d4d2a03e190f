#![deny(unused_must_use)]
use orm::prelude::*;
use orm_tests::scenario::blog::User;

fn program() {
    User::objects().filter(User::active);
    User::objects().all();
}

fn main() {}
