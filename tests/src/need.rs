//! What a case needs besides its database.

use crate::client;
use crate::server::Kind;

/// What a case needs besides its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing.
    Nothing,
    /// The database's own client, installed.
    Client,
}

impl Need {
    /// Why it is not met on this machine.
    pub(crate) fn unmet(self, kind: Kind) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Client => client::missing(kind),
        }
    }
}
