//! What stands for a value that is shown nowhere.

use std::fmt;

/// Stands for a value that is shown nowhere.
#[derive(Clone, Copy)]
pub struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
