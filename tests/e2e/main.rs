//! Every end-to-end test, in one binary: two cores link it once.

mod aggregates;
mod bulk;
mod cache;
mod conditions;
mod crud;
mod errors;
mod keys;
mod quickstart;
mod registry;
mod relations;
mod runtimes;
mod schema;
mod transactions;
mod types;

fn main() -> std::process::ExitCode {
    orm_tests::main()
}
