//! What a database has to live through: mixed work without a pause, processes and connections killed at any moment.
//!
//! Short unless a variable asks for more: `ORM_TEST_SOAK_SECONDS` is the time of the mixed work on each backend,
//! `ORM_TEST_KILL_ROUNDS` how often is killed, `ORM_TEST_SEED` what chance begins with. One case runs at a time,
//! because they measure their own process.

mod bounds;
mod dice;
mod kills;
mod soak;

use kills::victim;
use orm_tests::listing as sessions;

fn main() -> std::process::ExitCode {
    // The binary runs itself as the process that is to be killed.
    match std::env::var(victim::URL) {
        Ok(url) => victim::run(&url),
        Err(_) => orm_tests::main_in_turn(),
    }
}

#[expect(clippy::print_stdout, reason = "the report of a test run")]
fn report(line: &str) {
    println!("{line}");
}
