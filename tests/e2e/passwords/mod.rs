//! No password is ever shown: not by `Debug` or `Display`, an error or what is behind it, a log line or span of whatever
//! level, a panic, nor on the way out of the process in any other way.
//!
//! A process of its own does everything that may fail with a password, many times, and shows all that can be shown.
//! Here it is looked through for the password: as it is, percent-encoded, in base64.

pub(crate) mod child;
mod forms;

use std::io::Write as _;
use std::process::{Command, Stdio};

use orm_tests::{Kind, Outcome, TestDb, cases};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::wire::Result;

/// How many passwords.
const PASSWORDS: usize = 12;

/// Passwords of everything that a URL is made of, and more. Each begins and ends with a word that nothing else holds.
fn passwords() -> Result<Vec<String>> {
    let inner = proptest::string::string_regex("[a-zA-Z0-9:/?#@%&=+,;!\\[\\]{}<>\\\\'\" .~_äß-]{0,20}")?;
    let mut runner = TestRunner::default();
    let mut found = Vec::new();
    for _ in 0..PASSWORDS {
        let inner = inner.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
        found.push(format!("{word}{inner}{word}", word = forms::WORD));
    }
    Ok(found)
}

/// What the process shows that does everything with these passwords at the server of the test.
fn everything(db: &TestDb, passwords: &[String]) -> Result<String> {
    let mut command = Command::new(std::env::current_exe()?);
    command.env(child::PLACE, db.url()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.env("RUST_BACKTRACE", "0").spawn()?;
    let mut input = process.stdin.take().ok_or("no input")?;
    input.write_all(serde_json::to_string(passwords)?.as_bytes())?;
    drop(input);
    // It has a limit of time of its own.
    let output = process.wait_with_output()?;
    let shown =
        format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        return Err(format!(
            "the process failed, {}: {}",
            output.status,
            &shown[shown.len().saturating_sub(3000)..]
        )
        .into());
    }
    Ok(shown)
}

cases! {
    #![needs(Server)]

    /// Everything that may fail with a password shows none.
    async fn no_password_is_shown(db: &TestDb) -> Outcome {
        let passwords = passwords()?;
        let shown = everything(db, &passwords)?;
        // It did what it was to do, and the ears were open.
        for heard in ["case ", "error ", "debug ", "panicked at", "event orm::query", "event sqlx", "the end"] {
            assert!(shown.contains(heard), "nothing was heard of `{heard}`");
        }
        assert!(shown.matches("case ").count() >= PASSWORDS * 20, "{}", shown.matches("case ").count());
        for form in forms::all(&passwords) {
            if let Some(at) = shown.find(&form) {
                let line = shown[..at].rfind('\n').map_or(0, |start| start + 1);
                let case = shown[..at].rfind("case ").map_or("", |start| shown[start..].lines().next().unwrap_or_default());
                let end = shown[at..].find('\n').map_or(shown.len(), |end| at + end);
                return Err(format!("`{form}` is shown, after {case}: {}", &shown[line..end]).into());
            }
        }
        assert_ne!(db.kind(), Kind::Sqlite);
        Ok(())
    }
}
