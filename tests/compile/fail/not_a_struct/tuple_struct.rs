use orm::prelude::*;

#[derive(Model)]
struct User(i64, String);

#[derive(Model)]
struct Unit;

fn main() {}
