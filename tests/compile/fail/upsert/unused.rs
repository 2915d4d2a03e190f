#![deny(unused_must_use)]
use orm::prelude::*;
use orm_tests::scenario::blog::{NewUser, User};

fn program() {
    User::objects().upsert(NewUser::new("ann"));
    User::objects().upsert(NewUser::new("ann")).on_conflict(User::username);
    User::objects().upsert(NewUser::new("ann")).on_conflict(User::username).do_nothing();
}

fn main() {}
