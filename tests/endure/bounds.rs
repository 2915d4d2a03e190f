//! How long the cases of this binary run.

use std::time::Duration;

/// Longer than any machine needs to get to a state: what is not there by then never comes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How long the mixed work goes on, on each backend.
pub(crate) fn soak() -> Duration {
    Duration::from_secs(number("ORM_TEST_SOAK_SECONDS", 2))
}

/// How often something is killed, on each backend.
pub(crate) fn kills() -> u64 {
    number("ORM_TEST_KILL_ROUNDS", 4)
}

/// What chance begins with; a failure is repeated with the seed that it printed.
pub(crate) fn seed() -> u64 {
    number("ORM_TEST_SEED", 1)
}

fn number(variable: &str, usual: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")),
        Err(_) => usual,
    }
}
