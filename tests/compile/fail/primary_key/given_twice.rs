use orm::prelude::*;

#[derive(Model)]
struct A {
    #[field(primary_key)]
    order: i64,
    #[field(primary_key)]
    line: i64,
}

#[derive(Model)]
#[model(primary_key(order, line))]
struct B {
    #[field(primary_key)]
    order: i64,
    line: i64,
}

#[derive(Model)]
#[model(primary_key(order))]
struct C {
    order: i64,
}

#[derive(Model)]
#[model(primary_key(a, b, a, c, d, e, f, g, h, i))]
struct D {
    a: i32,
    b: i32,
    c: i32,
    d: i32,
    e: i32,
    f: i32,
    g: i32,
    h: i32,
    i: i32,
}

fn main() {}
