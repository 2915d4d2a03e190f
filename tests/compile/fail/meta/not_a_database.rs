use orm::prelude::*;

static DB: i32 = 5;

#[derive(Meta)]
#[meta(database = DB)]
struct Shared;

fn main() {}
