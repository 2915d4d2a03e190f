//! What a case needs besides its database.

use crate::client;
use crate::server::{Kind, Server};

/// What a case needs besides its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing.
    Nothing,
    /// SQLite: the case is about something that is the same on every backend, and binds what there is once.
    Sqlite,
    /// A server, which can be asked about its sessions. Not SQLite.
    Server,
    /// The database's own client, installed.
    Client,
    /// A user who needs a password: [`TestDb::password_url`](crate::TestDb::password_url). Not on SQLite.
    Password,
    /// The same, on MySQL alone.
    PasswordOfMySql,
}

impl Need {
    /// Whether there can be such a case on this backend.
    pub(crate) fn applies(self, kind: Kind) -> bool {
        match self {
            Self::Nothing | Self::Client => true,
            Self::Sqlite => kind == Kind::Sqlite,
            Self::Server | Self::Password => kind != Kind::Sqlite,
            Self::PasswordOfMySql => kind == Kind::MySql,
        }
    }

    /// Why it is not met on this machine.
    pub(crate) fn unmet(self, server: &Server) -> Option<String> {
        match self {
            Self::Nothing | Self::Sqlite | Self::Server => None,
            Self::Client => client::missing(server.kind),
            Self::Password | Self::PasswordOfMySql => server.password_url.clone().err(),
        }
    }
}
