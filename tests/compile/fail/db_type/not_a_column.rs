use orm::prelude::*;

#[derive(Clone)]
struct Other;

#[derive(DbType, Clone)]
struct Wrapped(Other);

fn main() {}
