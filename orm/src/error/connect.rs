//! Why a connection could not be opened.

use std::fmt;

/// Why a connection could not be opened, as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConnectCause {
    /// Nobody answers there: a refused or unreachable host, an unknown name, a file that cannot be opened.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// The server does not let this user in: wrong password, unknown user, no right to the database. The system does not
    /// let the program have the file or look into its folder.
    Denied,
    /// The server has no database of this name; there is no such file, and it was not to be created.
    NoDatabase,
    /// No secure connection as it was asked for: the server has no TLS, or its certificate was not accepted.
    Tls,
    /// The server takes no more connections.
    Full,
    /// The server is not of the kind that was asked for, such as one that can be written to.
    WrongRole,
    /// Something else, or several servers for different reasons.
    Other,
}

impl fmt::Display for ConnectCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed out",
            Self::Denied => "denied",
            Self::NoDatabase => "no such database",
            Self::Tls => "TLS",
            Self::Full => "full",
            Self::WrongRole => "wrong role",
            Self::Other => "other",
        })
    }
}
