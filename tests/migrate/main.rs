//! Migrations: what their files come to, beside what `create_all` makes.

mod changes;
mod create;

fn main() -> std::process::ExitCode {
    orm_tests::main()
}
