//! Migrations: what their files come to, beside what `create_all` makes.

mod changes;
mod create;
mod half;
mod held;
mod interrupted;
mod kept;
mod models;
mod running;

fn main() -> std::process::ExitCode {
    orm_tests::main()
}
