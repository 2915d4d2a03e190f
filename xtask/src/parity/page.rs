//! Reads the tables of the page.

use super::ids::{Id, Page, System};
use super::proof::{Binary, Test};

/// What the tables' columns are called.
const COLUMNS: [&str; 6] = ["Id", "What one does there", "What serves it here", "Tests", "Backends", "State"];
/// Every backend, by the name that tests use.
pub(super) const BACKENDS: [&str; 4] = ["sqlite", "postgres", "mariadb", "mysql"];

/// A row of the page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: Id,
    pub(super) what: String,
    pub(super) tests: Vec<Test>,
    /// Those where the row makes a difference; none for what is decided without a database.
    pub(super) backends: Vec<&'static str>,
    pub(super) state: State,
}

/// How far a row is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Its tests show it.
    Done,
    /// With what is missing.
    Missing(String),
    /// With the reason.
    NotWanted(String),
}

/// Reads the rows of all tables whose first column is `Id`, and says what is wrong with them, by line.
pub(super) fn parse(page: Page, text: &str) -> (Vec<Row>, Vec<String>) {
    let (mut rows, mut wrong) = (Vec::new(), Vec::new());
    let mut table = Table::Outside;
    let mut is_code = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        is_code ^= line.starts_with("```");
        let Some(cells) = (!is_code).then(|| cells(line)).flatten() else {
            table = Table::Outside;
            continue;
        };
        let result = table.take(page, &cells);
        match result {
            Ok(row) => rows.extend(row),
            Err(what) => wrong.push(format!("line {}: {what}", index + 1)),
        }
    }
    (rows, wrong)
}

/// Where in a table we are.
enum Table {
    Outside,
    /// One that is about something else.
    Other,
    /// Its columns are named: the line below them is to come.
    Named,
    /// Among its rows, which are all of one system.
    Rows(Option<System>),
}

impl Table {
    /// Takes the next line of a table.
    fn take(&mut self, page: Page, cells: &[String]) -> Result<Option<Row>, String> {
        match self {
            Self::Other => Ok(None),
            Self::Outside if cells.first().is_some_and(|cell| cell == COLUMNS[0]) => {
                *self = Self::Named;
                if cells == COLUMNS {
                    Ok(None)
                } else {
                    Err(format!("the columns are not {}", COLUMNS.join(", ")))
                }
            }
            Self::Outside => {
                *self = Self::Other;
                Ok(None)
            }
            Self::Named => {
                *self = Self::Rows(None);
                let is_rule = cells.len() == COLUMNS.len()
                    && cells
                        .iter()
                        .all(|cell| cell.contains('-') && cell.trim_matches(['-', ':']).is_empty());
                if is_rule { Ok(None) } else { Err("no `|---|` for each column below their names".into()) }
            }
            Self::Rows(system) => {
                let row = row(page, cells)?;
                let first = *system.get_or_insert(row.id.system);
                if first == row.id.system {
                    Ok(Some(row))
                } else {
                    Err(format!("{} is in the table of {first:?}", row.id))
                }
            }
        }
    }
}

/// The cells of a line of a table; none if it is not one.
fn cells(line: &str) -> Option<Vec<String>> {
    let line = line.strip_prefix('|')?;
    let mut cells = vec![String::new()];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '|' => cells.push(String::new()),
            // A bar that belongs to the text.
            '\\' if characters.clone().next() == Some('|') => {
                characters.next();
                push(&mut cells, '|');
            }
            other => push(&mut cells, other),
        }
    }
    // What follows the last bar is no cell, if the line ends with it.
    if line.ends_with('|') && !line.ends_with("\\|") {
        cells.pop();
    }
    Some(cells.into_iter().map(|cell| cell.trim().to_owned()).collect())
}

fn push(cells: &mut [String], character: char) {
    if let Some(last) = cells.last_mut() {
        last.push(character);
    }
}

/// Reads a row.
fn row(page: Page, cells: &[String]) -> Result<Row, String> {
    let [id, what, serves, tests, backends, state] = cells else {
        return Err(format!("{} cells, where {} are wanted", cells.len(), COLUMNS.len()));
    };
    let id = Id::parse(page, id).ok_or_else(|| format!("there is no row `{id}`"))?;
    if what.is_empty() || serves.is_empty() {
        return Err(format!("{id} does not say what is done, or what serves it"));
    }
    let of = |error: String| format!("{id}: {error}");
    let row = Row {
        id,
        what: what.clone(),
        tests: self::tests(tests).map_err(of)?,
        backends: self::backends(backends).map_err(of)?,
        state: self::state(state).map_err(of)?,
    };
    match (&row.state, row.tests.is_empty()) {
        (State::Done, true) => Err(format!("{id} is done, but no test shows it")),
        // What is tested in part would look as if it were there.
        (State::Missing(_) | State::NotWanted(_), false) => Err(format!("{id} is not done, but names tests")),
        _ if row.is_proved_nowhere() => {
            Err(format!("{id} concerns servers, but none of its tests says where it runs"))
        }
        _ => Ok(row),
    }
}

impl Row {
    fn is_proved_nowhere(&self) -> bool {
        self.state == State::Done
            && self.backends.iter().any(|&backend| backend != "sqlite")
            && !self.tests.iter().any(|test| test.binary.names_backends())
    }
}

/// Tests in backticks, with `<br>` between them; a dash is none.
fn tests(cell: &str) -> Result<Vec<Test>, String> {
    if matches!(cell, "–" | "-") {
        return Ok(Vec::new());
    }
    cell.split("<br>")
        .map(|text| {
            let text = text.trim();
            let name = text.strip_prefix('`').and_then(|text| text.strip_suffix('`'));
            name.and_then(test).ok_or_else(|| format!("`{}` is no test", text.trim_matches('`')))
        })
        .collect()
}

/// `e2e: module::name`; of what must not compile also which program: `compile: refused (rule/program)`.
fn test(text: &str) -> Option<Test> {
    let (binary, name) = text.split_once(": ")?;
    let binary = Binary::ALL.into_iter().find(|known| known.name() == binary)?;
    let (name, program) = match name.split_once(" (") {
        Some((name, program)) => (name, Some(program.strip_suffix(')')?)),
        None => (name, None),
    };
    let is_good = |text: &str, extra: &[char]| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || extra.contains(&c))
    };
    let is_whole = is_good(name, &[':', '{', '}'])
        && program.is_none_or(|program| is_good(program, &['/']))
        && program.is_some() == (binary == Binary::Compile)
        && name.contains("{backend}") == (binary == Binary::Runtimes);
    is_whole.then(|| Test { binary, name: name.to_owned(), program: program.map(str::to_owned) })
}

/// `all`, `none`, or some of them with commas.
fn backends(cell: &str) -> Result<Vec<&'static str>, String> {
    match cell {
        "all" => Ok(BACKENDS.to_vec()),
        "none" => Ok(Vec::new()),
        some => some
            .split(',')
            .map(|name| {
                let known = BACKENDS.into_iter().find(|known| *known == name.trim());
                known.ok_or_else(|| format!("there is no backend `{}`", name.trim()))
            })
            .collect(),
    }
}

/// `done`, `missing: what`, `not wanted: why`.
fn state(cell: &str) -> Result<State, String> {
    if cell == "done" {
        return Ok(State::Done);
    }
    match cell.split_once(": ") {
        Some(("missing", what)) if !what.is_empty() => Ok(State::Missing(what.to_owned())),
        Some(("not wanted", why)) if !why.is_empty() => Ok(State::NotWanted(why.to_owned())),
        _ => Err(format!("`{cell}` is no state: `done`, `missing: …` or `not wanted: …`")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::ids::Page;
    use super::{BACKENDS, COLUMNS, Row, State, cells};

    fn parse(text: &str) -> (Vec<Row>, Vec<String>) {
        super::parse(Page::Promised, text)
    }

    /// A table of these rows.
    fn table(rows: &[&str]) -> String {
        let rule = "|---|:--|---|---|---|---|";
        format!("# Page\n\n| {} |\n{rule}\n{}\n\nText.\n", COLUMNS.join(" | "), rows.join("\n"))
    }

    fn refusal(row: &str) -> String {
        let (rows, wrong) = parse(&table(&[row]));
        assert!(rows.is_empty(), "{row}: {rows:?}");
        assert_eq!(wrong.len(), 1, "{row}: {wrong:?}");
        wrong.concat()
    }

    #[test]
    fn good_rows_are_read() {
        let text = table(&[
            "| D1 | asks | `using(..)` | `e2e: crud::look_ups` | all | done |",
            "|D2|asks \\| waits|`a`|`runtimes: {backend}::crowd`<br> `orm: a::b` | postgres, mysql |done|",
            "  | D3 | errs | a compile error | `compile: refused (executor/number)` | none | done",
            "| D4 | hopes | nothing | – | all | missing: hope |",
            "| D5 | burns | nothing | - | sqlite | not wanted: it burns |",
        ]);
        let (rows, wrong) = parse(&text);
        assert!(wrong.is_empty(), "{wrong:?}");
        let ids: Vec<_> = rows.iter().map(|row| row.id.to_string()).collect();
        assert_eq!(ids, ["D1", "D2", "D3", "D4", "D5"]);
        assert_eq!((rows[0].backends.as_slice(), &rows[0].state), (BACKENDS.as_slice(), &State::Done));
        assert_eq!((rows[1].what.as_str(), rows[1].tests.len()), ("asks | waits", 2));
        assert_eq!(rows[1].backends, ["postgres", "mysql"]);
        assert_eq!(rows[2].tests[0].program.as_deref(), Some("executor/number"));
        assert_eq!(rows[3].state, State::Missing("hope".into()));
        assert_eq!(rows[4].state, State::NotWanted("it burns".into()));
    }

    #[test]
    fn broken_rows_are_named_with_their_line() {
        for (row, wanted) in [
            ("| D1 | asks | `a` | `e2e: a::b` | all |", "5 cells"),
            ("| D1 | asks | `a` | `e2e: a::b` | all | done | more |", "7 cells"),
            ("| D99 | asks | `a` | `e2e: a::b` | all | done |", "no row `D99`"),
            ("| D1 |  | `a` | `e2e: a::b` | all | done |", "does not say"),
            ("| D1 | asks | `a` | e2e: a::b | all | done |", "no test"),
            ("| D1 | asks | `a` | `e2e a::b` | all | done |", "no test"),
            ("| D1 | asks | `a` | `nosuch: a::b` | all | done |", "no test"),
            ("| D1 | asks | `a` | `e2e: a::b [sqlite]` | all | done |", "no test"),
            ("| D1 | asks | `a` | `compile: refused` | none | done |", "no test"),
            ("| D1 | asks | `a` | `runtimes: sqlite::crowd` | all | done |", "no test"),
            ("| D1 | asks | `a` | `e2e: a::b` | some | done |", "no backend `some`"),
            ("| D1 | asks | `a` | `e2e: a::b` | sqlite, | done |", "no backend ``"),
            ("| D1 | asks | `a` | `e2e: a::b` | all | nearly |", "no state"),
            ("| D1 | asks | `a` | – | all | missing |", "no state"),
            ("| D1 | asks | `a` | – | all | missing: |", "no state"),
            ("| D1 | asks | `a` | – | all | done |", "no test shows it"),
            ("| D1 | asks | `a` |  | all | done |", "no test"),
            ("| D1 | asks | `a` | `e2e: a::b` | all | missing: half |", "names tests"),
            ("| D1 | asks | `a` | `orm: a::b` | all | done |", "says where it runs"),
        ] {
            let found = refusal(row);
            assert!(found.starts_with("line 5: ") && found.contains(wanted), "{row}: {found}");
        }
    }

    #[test]
    fn broken_tables_are_seen() {
        let good = table(&["| D1 | asks | `a` | `e2e: a::b` | all | done |"]);
        assert_eq!(parse(&good).0.len(), 1);
        let renamed = good.replace("| Backends |", "| Where |");
        assert!(parse(&renamed).1.concat().contains("columns"));
        let ruleless = good.replace("|---|:--|---|---|---|---|\n", "");
        assert!(parse(&ruleless).1.concat().contains("`|---|`"));
        let narrow = good.replace("|---|:--|---|---|---|---|", "|---|---|");
        assert!(parse(&narrow).1.concat().contains("`|---|`"));
        let mixed = table(&[
            "| D1 | asks | `a` | `e2e: a::b` | all | done |",
            "| O1 | asks | `a` | `e2e: a::b` | all | done |",
        ]);
        assert!(parse(&mixed).1.concat().contains("O1 is in the table of Djazzle"));
    }

    #[test]
    fn what_is_no_table_of_rows_is_left_alone() {
        let other = "| Word | Meaning |\n|---|---|\n| D1 | not a row |\n";
        let code = format!("```text\n{}```\n", table(&["| D1 | broken |"]));
        assert_eq!(parse(&format!("{other}\n{code}")), (Vec::new(), Vec::new()));
        assert_eq!(cells("no table"), None);
    }
}
