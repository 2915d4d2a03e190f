use orm::prelude::*;

#[derive(Model)]
struct User<'a, T, const N: usize> {
    #[field(primary_key)]
    id: i64,
    name: &'a T,
    bytes: [u8; N],
}

#[derive(Meta)]
struct Shared<T>(T);

fn main() {}
