use orm::prelude::*;

#[derive(Clone)]
struct Pair(i32, i32);

#[derive(DbType, Debug, Clone, PartialEq)]
struct Small(u8);

#[derive(Model)]
#[model(table = "arrays")]
struct Arrays {
    #[field(primary_key)]
    id: i64,
    nested: Vec<Vec<i32>>,
    pairs: Vec<Pair>,
    maybe: Option<Vec<Option<u8>>>,
    small: Vec<Small>,
    keys: Vec<ForeignKey<Arrays>>,
    twice: Vec<Option<Option<i32>>>,
}

fn main() {}
