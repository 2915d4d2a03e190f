//! The table of servers which `services up` and `services status` print.

use super::{Origin, Outcome, url};

/// Prints a line for each server that runs, then a line for each that does not.
pub(crate) fn print(outcomes: &[Outcome]) {
    let mut rows = vec![["backend", "url", "version", "origin", "pid"].map(str::to_owned).to_vec()];
    for (backend, outcome) in outcomes {
        let Ok(server) = outcome else { continue };
        let (origin, pid) = match &server.origin {
            Origin::Environment => ("environment", None),
            Origin::Found => ("found", None),
            Origin::Private { pid } => ("private", Some(*pid)),
            Origin::Neighbour { pid } => ("another checkout's", Some(*pid)),
        };
        let pid = pid.map_or_else(|| "-".to_owned(), |pid| pid.to_string());
        let mut row = |url: &str| {
            let version = server.version.clone();
            rows.push(vec![
                backend.name().to_owned(),
                url::redact(url),
                version,
                origin.to_owned(),
                pid.clone(),
            ]);
        };
        row(&server.url);
        if let Some(url) = &server.password_url {
            row(url);
        }
    }
    if rows.len() > 1 {
        print_aligned(&rows);
    }
    for (backend, outcome) in outcomes {
        if let Err(error) = outcome {
            println!("{}: {error:#}", backend.name());
        }
    }
}

fn print_aligned(rows: &[Vec<String>]) {
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(String::len).max().unwrap_or(0);
    for row in rows {
        let cells = row.iter().enumerate().map(|(column, cell)| format!("{cell:<0$}", width(column)));
        println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}
