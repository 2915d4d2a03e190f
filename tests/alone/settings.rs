//! Databases as the environment says, which is that of a process: the binary runs itself.

use std::process::{Command, Output};

use orm::Settings;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, cases};

/// With this variable the binary is the program that reads its environment.
pub const CHILD: &str = "ORM_TEST_SETTINGS";

/// Opens what the environment says and tells how it went.
#[expect(clippy::print_stdout, reason = "the parent reads it")]
pub fn run(prefix: &str) -> std::process::ExitCode {
    let opened = Settings::from_env_with(prefix).and_then(|settings| {
        println!("{settings:?}");
        db::init(settings).blocking()?;
        for found in db::check().blocking()? {
            println!(
                "{} {} {:?}",
                found.names.join(" "),
                found.is_ok(),
                found.pool.map(|pool| pool.hard_limit)
            );
        }
        db::close().blocking()
    });
    match opened {
        Ok(closed) => println!("closed {closed}"),
        Err(error) => println!("error {error}"),
    }
    std::process::ExitCode::SUCCESS
}

fn child(prefix: &str, variables: &[(&str, String)]) -> std::io::Result<String> {
    let mut command = Command::new(std::env::current_exe()?);
    let Output { stdout, .. } = command
        .env_clear()
        .env(CHILD, prefix)
        .envs(variables.iter().map(|(name, value)| (format!("{prefix}_{name}"), value)))
        .output()?;
    Ok(String::from_utf8_lossy(&stdout).into_owned())
}

cases! {
    /// URLs, options and parts from variables: opened as they say; else all that is missing is told at once.
    async fn from_the_environment(db: &TestDb) -> Outcome {
        let other = db.another().await?;
        let said = child("DATABASE", &[
            ("URL", db.url().to_owned()),
            ("MAX_CONNECTIONS", "3".into()),
            ("ANALYTICS_URL", other),
            ("ANALYTICS_ACQUIRE_TIMEOUT", "5s".into()),
        ])?;
        assert!(said.contains("\ndefault true Some(3)\n") && said.contains("\nanalytics true Some(") && said.ends_with("closed 2\n"), "{said}");

        // The parts of the same URL.
        let parts = match db.path() {
            Some(path) => vec![("SCHEME", "sqlite".to_owned()), ("NAME", path.display().to_string())],
            None => {
                let (scheme, rest) = db.url().split_once("://").ok_or("no scheme")?;
                let (user, rest) = rest.split_once('@').ok_or("no user")?;
                let (user, password) = user.split_once(':').unwrap_or((user, ""));
                let (host, rest) = rest.split_once('/').ok_or("no database")?;
                let (host, port) = host.split_once(':').ok_or("no port")?;
                let name = rest.split('?').next().unwrap_or(rest);
                [("SCHEME", scheme), ("USER", user), ("PASSWORD", password), ("HOST", host), ("PORT", port), ("NAME", name)].map(|(key, value)| (key, value.to_owned())).to_vec()
            }
        };
        let said = child("DB", &parts)?;
        assert!(said.contains("\ndefault true ") && said.ends_with("closed 1\n"), "{said}");

        let some = parts.iter().filter(|(key, _)| !matches!(*key, "PASSWORD" | "NAME")).cloned();
        let said = child("DB", &some.chain([("POOL_SIZE", "hunter2".to_owned())]).collect::<Vec<_>>())?;
        let missing = if db.kind() == Kind::Sqlite { vec!["`DB_NAME` is missing"] } else { vec!["`DB_PASSWORD` is missing", "`DB_NAME` is missing"] };
        assert!(missing.iter().all(|one| said.contains(one)) && said.contains("`DB_POOL_SIZE` must be"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
        let said = child("DATABASE", &[])?;
        assert!(said.starts_with("error wrong configuration: `DATABASE_URL` is missing"), "{said}");
        Ok(())
    }
}
