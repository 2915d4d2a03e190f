//! How a connection is secured: the modes, by the names that both servers' people know.

use super::wrong;
use crate::error::Result;

/// A mode of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Disable,
    /// Without TLS, unless the server insists on it.
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// Reads a mode, in the spelling of either server.
///
/// # Errors
///
/// `Config` that lists the modes.
pub(super) fn mode(key: &str, value: &str) -> Result<Mode> {
    Ok(match value.to_ascii_lowercase().replace('_', "-").as_str() {
        "disable" | "disabled" => Mode::Disable,
        "allow" => Mode::Allow,
        "prefer" | "preferred" => Mode::Prefer,
        "require" | "required" => Mode::Require,
        "verify-ca" => Mode::VerifyCa,
        "verify-full" | "verify-identity" => Mode::VerifyFull,
        _ => {
            return Err(wrong(
                key,
                "one of `disable`, `allow`, `prefer`, `require`, `verify-ca`, `verify-full` (`disabled`, `preferred`, \
                 `required`, `verify_ca`, `verify_identity`)",
            ));
        }
    })
}
