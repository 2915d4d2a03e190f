//! The quick start: makes a database, fills it with a music shop, answers ten questions of its owner.
//!
//! `cargo run -p quickstart` uses a SQLite file; `-- --database postgres://…` runs the same on another
//! backend, `-- --sql` shows the SQL of each question.

mod sql_log;

use std::path::Path;

use clap::Parser;
use comfy_table::Table;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use indicatif::{ProgressBar, ProgressStyle};
use orm::prelude::*;
use quickstart::load::{chinook_url, load};
use quickstart::models::SHOP;
use quickstart::questions::QUESTIONS;

/// A music shop asked ten questions.
#[derive(Parser)]
struct Arguments {
    /// Where to keep the shop: any SQLite, PostgreSQL, MySQL or MariaDB URL.
    ///
    /// Existing tables of the same names are kept, and used if they are filled.
    #[arg(long, default_value = "sqlite://target/quickstart.db")]
    database: String,
    /// Shows the SQL that each question ran.
    #[arg(long)]
    sql: bool,
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "it is what the program is for")]
async fn main() -> orm::Result<()> {
    let arguments = Arguments::parse();
    let log = sql_log::install();
    if arguments.database == "sqlite://target/quickstart.db" {
        // A fresh shop each time, wherever the program is started.
        let _ = std::fs::create_dir_all("target");
        for file in ["target/quickstart.db", "target/quickstart.db-wal", "target/quickstart.db-shm"] {
            if Path::new(file).exists() {
                let _ = std::fs::remove_file(file);
            }
        }
    }

    SHOP.init(arguments.database.as_str()).await?;
    db::create_all().await?;

    if !quickstart::models::Track::objects().exists().await? {
        let chinook = db::connect(chinook_url()).name("chinook").await?;
        let bar = ProgressBar::new(15_607).with_style(
            ProgressStyle::with_template("{msg:>14} {wide_bar} {pos}/{len} rows")
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        let rows = load(&chinook, &SHOP, |table, rows| {
            bar.set_message(table.to_owned());
            bar.inc(rows);
        })
        .await?;
        bar.finish_and_clear();
        println!("{rows} rows in 11 tables at {}\n", SHOP.url().unwrap_or_default());
        chinook.close().await?;
    }

    for (number, question) in (1..).zip(QUESTIONS) {
        log.clear();
        let rows = (question.ask)(SHOP.clone()).await?;
        println!("{number}. {}", question.text);
        if arguments.sql {
            for statement in log.take() {
                println!("   {statement}");
            }
        }
        let mut table = Table::new();
        table.load_style(UTF8_HORIZONTAL_ONLY).set_header(question.headings).add_rows(rows);
        println!("{table}\n");
    }
    SHOP.close().await?;
    Ok(())
}
