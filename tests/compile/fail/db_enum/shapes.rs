use orm::prelude::*;

#[derive(DbEnum, Clone)]
struct State(i32);

#[derive(DbEnum, Clone)]
enum Nothing {}

#[derive(DbEnum, Clone)]
enum Any<T> {
    One,
    Other(T),
}

#[derive(DbEnum, Clone)]
enum Fields {
    Plain,
    Named { since: i64 },
    Tuple(i32, i32),
}

#[derive(DbEnum)]
enum NotClone {
    One,
}

fn main() {}
