//! The answers of the quick start are those of plain SQL, run by the database's own client.

use std::process::Command;

use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};
use quickstart::load::{chinook_url, load};
use quickstart::models::{
    Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist, PlaylistTrack, Track,
};
use quickstart::questions::QUESTIONS;

/// The answer of the database's own client: tabs between cells.
fn client(db: &TestDb, sql: &str) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let mut command = match db.kind() {
        Kind::Sqlite => {
            let mut command = Command::new("sqlite3");
            command.arg("-tabs").arg(db.path().ok_or("no file")?).arg(sql);
            command
        }
        Kind::Postgres => {
            let mut command = Command::new("psql");
            command.args(["-At", "-F", "\t", "-c", sql]).arg(db.url());
            command
        }
        Kind::MySql | Kind::MariaDb => {
            let rest = db.url().split_once("://").map_or(db.url(), |(_, rest)| rest);
            let (authority, name) = rest.split_once('/').ok_or("no database")?;
            let (user, host) = authority.split_once('@').ok_or("no user")?;
            let (host, port) = host.split_once(':').unwrap_or((host, "3306"));
            let (user, password) = user.split_once(':').unwrap_or((user, ""));
            let mut command = Command::new("mariadb");
            command.args([
                "--batch",
                "--raw",
                "--skip-column-names",
                "--protocol=tcp",
                "--default-character-set=utf8mb4",
            ]);
            command.args(["-h", host, "-P", port, "-u", user, "-D", name.split('?').next().unwrap_or(name)]);
            command.env("MYSQL_PWD", password);
            command
                .args(["-e", &format!("SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES'); {sql}")]);
            command
        }
    };
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Numbers as numbers, the rest as text, so that `1.980` and `1.98` are one.
fn cell(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) => format!("{number:.4}"),
        Err(_) if text == "NULL" => String::new(),
        Err(_) => text.to_owned(),
    }
}

cases! {
    /// All rows are loaded, and all ten answers agree.
    async fn answers_agree_with_the_client(db: &TestDb) -> Outcome {
        let tables = [
            Artist::TABLE, Album::TABLE, Genre::TABLE, MediaType::TABLE, Track::TABLE, Playlist::TABLE, PlaylistTrack::TABLE,
            Employee::TABLE, Customer::TABLE, Invoice::TABLE, InvoiceLine::TABLE,
        ];
        db.handle().create_tables(&tables).await?;
        let chinook = Database::open(&format!("chinook of {}", db.handle().name()), chinook_url().as_str()).await?;
        assert_eq!(load(&chinook, db.handle(), |_, _| ()).await?, 15_607);
        chinook.close().await?;
        for question in QUESTIONS {
            let typed = (question.ask)(db.handle().clone()).await.map_err(|error| format!("{}: {error:?}", question.text))?;
            let typed: Vec<Vec<String>> = typed.iter().map(|row| row.iter().map(|c| cell(c)).collect()).collect();
            let mut sql = question.sql.to_owned();
            while let Some(start) = sql.find("MONEY(") {
                let divisor = if db.kind() == Kind::Sqlite { " / 100.0" } else { "" };
                let mut depth = 0;
                let end = sql[start + 5..].char_indices().find_map(|(at, c)| {
                    depth += match c { '(' => 1, ')' => -1, _ => 0 };
                    (depth == 0).then_some(start + 5 + at)
                }).ok_or("unbalanced")?;
                sql.insert_str(end + 1, divisor);
                sql.replace_range(start..start + 5, "");
            }
            if matches!(db.kind(), Kind::MySql | Kind::MariaDb) {
                sql = sql.replace("t.\"Milliseconds\" / 60000", "t.\"Milliseconds\" DIV 60000");
            }
            let plain = client(db, &sql)?;
            let plain: Vec<Vec<String>> = plain.lines().map(|line| line.split('\t').map(cell).collect()).collect();
            assert_eq!(typed, plain, "{}", question.text);
            assert!(!typed.is_empty(), "{}", question.text);
        }
        Ok(())
    }
}
