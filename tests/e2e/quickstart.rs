//! The answers of the quick start are those of plain SQL, run by the database's own client.

use orm::prelude::*;
use orm_tests::{Kind, Outcome, cases};
use quickstart::load::{chinook_url, load};
use quickstart::models::{
    Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist, PlaylistTrack, Track,
};
use quickstart::questions::QUESTIONS;

/// Numbers as numbers, the rest as text, so that `1.980` and `1.98` are one.
fn cell(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) => format!("{number:.4}"),
        Err(_) if text == "NULL" => String::new(),
        Err(_) => text.to_owned(),
    }
}

cases! {
    #![needs(Client)]

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
            let plain = db.client(&sql)?;
            let plain: Vec<Vec<String>> = plain.lines().map(|line| line.split('\t').map(cell).collect()).collect();
            assert_eq!(typed, plain, "{}", question.text);
            assert!(!typed.is_empty(), "{}", question.text);
        }
        Ok(())
    }
}
