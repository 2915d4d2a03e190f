//! What concerns the whole process, one case at a time: the database named `default`, all databases at once, the
//! environment, stand-ins for databases, and everything at once on one of them.

mod all;
mod default;
mod proxies;
mod service;
mod settings;
mod storm;

fn main() -> std::process::ExitCode {
    // The binary runs itself as the program whose environment says something.
    match std::env::var(settings::CHILD) {
        Ok(prefix) => settings::run(&prefix),
        Err(_) => orm_tests::main_in_turn(),
    }
}
