//! A self-signed certificate for servers that make none by themselves.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::process;

/// The files of a certificate, in the folder that holds the server's data.
pub(crate) struct Certificate {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Certificate {
    /// The certificate of this data folder, if one was made.
    pub(crate) fn of(data: &Path) -> Option<Self> {
        let files = Self { certificate: data.join("server-cert.pem"), key: data.join("server-key.pem") };
        (files.certificate.exists() && files.key.exists()).then_some(files)
    }

    /// Makes a certificate for this machine's loopback address, readable by the process's own user only.
    pub(crate) fn make(data: &Path, log: &Path) -> Result<()> {
        let mut command = Command::new("openssl");
        command.args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "3650",
            "-subj",
            "/CN=localhost",
        ]);
        command.args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]);
        command.arg("-out").arg(data.join("server-cert.pem")).arg("-keyout").arg(data.join("server-key.pem"));
        process::run(&mut command, Duration::from_secs(60), log).map(drop)
    }
}
