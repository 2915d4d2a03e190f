//! What databases say, as steps.
//!
//! SQLite numbers its steps and names the one above, MariaDB has a row for each table, PostgreSQL and MySQL write trees whose
//! steps begin with an arrow. Which it is, the columns tell.

use super::{ExplainStep, Explanation};

/// `is_bare` leaves out whatever may hold values.
pub(super) fn read(columns: &[String], rows: &[Vec<String>], is_bare: bool) -> Explanation {
    // PostgreSQL has a row for each line, and values in it may have lines of their own.
    let line =
        |row: &Vec<String>| if rows.len() > 1 { row.join(" ").replace('\n', " ") } else { row.join(" ") };
    let text = || rows.iter().map(line).collect::<Vec<_>>().join("\n");
    let at = |name: &str| columns.iter().position(|column| column == name);
    if let (Some(id), Some(parent), Some(detail)) = (at("id"), at("parent"), at("detail")) {
        let steps = numbered(rows, [id, parent, detail]);
        let text = steps.iter().map(|step| format!("{}{}", "  ".repeat(step.depth), step.what));
        return Explanation { text: text.collect::<Vec<_>>().join("\n"), steps, notes: Vec::new() };
    }
    if at("select_type").is_some() {
        let steps = rows.iter().map(|row| table(columns, row)).collect();
        let head = columns.join(" | ");
        let lines = rows.iter().map(|row| row.join(" | "));
        let text = std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n");
        return Explanation { text, steps, notes: Vec::new() };
    }
    let text = text();
    let is_json = text.trim_start().starts_with(['[', '{']);
    let (mut steps, notes) = if is_json { (Vec::new(), Vec::new()) } else { arrows(&text) };
    if !is_bare {
        return Explanation { steps, notes, text };
    }
    for step in &mut steps {
        step.what = bare(&step.what);
        step.details.clear();
    }
    let lines = steps.iter().map(|step| format!("{}{}", "  ".repeat(step.depth), step.what));
    Explanation { text: lines.collect::<Vec<_>>().join("\n"), steps, notes }
}

/// Which tables the names in SQL of ours stand for: `t0: users`.
pub(super) fn names_of(sql: &str) -> Vec<String> {
    let bare = |word: &str| word.trim_matches(['"', '`', '(', ')', ',']).to_owned();
    let words: Vec<&str> = sql.split_whitespace().collect();
    let mut names = Vec::new();
    for three in words.windows(3) {
        let [table, between, name] = three else { continue };
        let is_ours = |name: &str| {
            name.strip_prefix('t')
                .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let quoted = table.starts_with(['"', '`']);
        if *between == "AS" && quoted && is_ours(&bare(name)) {
            names.push(format!("{}: {}", bare(name), table.replace(['"', '`', ','], "")));
        }
    }
    names
}

/// A step without its conditions: what stands before the first bracket or text, and the estimates.
fn bare(step: &str) -> String {
    let (what, estimates) =
        match ["  (cost=", "  (actual ", "  (rows="].iter().find_map(|start| step.find(start)) {
            Some(at) => step.split_at(at),
            None => (step, ""),
        };
    let what = what.split(['(', '\'', '"', '=', '<', '>']).next().unwrap_or_default();
    let what = if what.starts_with("Filter:") { "Filter" } else { what.trim_end() };
    format!("{what}{estimates}")
}

fn cell(row: &[String], at: usize) -> &str {
    row.get(at).map_or("", String::as_str)
}

/// Steps with numbers, and the number of the step above.
fn numbered(rows: &[Vec<String>], [id, parent, detail]: [usize; 3]) -> Vec<ExplainStep> {
    let mut depths: Vec<(&str, usize)> = Vec::new();
    let mut steps = Vec::new();
    for row in rows {
        let above = depths.iter().find(|(known, _)| *known == cell(row, parent));
        let depth = above.map_or(0, |(_, depth)| depth + 1);
        depths.push((cell(row, id), depth));
        steps.push(ExplainStep { depth, what: cell(row, detail).to_owned(), details: Vec::new() });
    }
    steps
}

/// A table that is read, as MariaDB has it.
fn table(columns: &[String], row: &[String]) -> ExplainStep {
    let of = |name: &str| {
        let at = columns.iter().position(|column| column == name)?;
        Some(cell(row, at)).filter(|text| !text.is_empty())
    };
    let kind = of("select_type").unwrap_or_default();
    let is_first = matches!(kind, "SIMPLE" | "PRIMARY");
    let mut what = String::new();
    if !is_first {
        what.push_str(&kind.to_lowercase());
        what.push_str(": ");
    }
    what.push_str(of("table").unwrap_or("no table"));
    if let Some(way) = of("type") {
        what.push_str(&format!(" ({way})"));
    }
    if let Some(key) = of("key") {
        what.push_str(&format!(" by {key}"));
    }
    if let Some(rows) = of("rows") {
        what.push_str(&format!(", {rows} rows expected"));
    }
    if let Some(rows) = of("r_rows") {
        what.push_str(&format!(", {rows} found"));
    }
    let details = of("Extra").map(|extra| extra.split("; ").map(str::to_owned).collect());
    ExplainStep { depth: usize::from(!is_first), what, details: details.unwrap_or_default() }
}

/// A tree in which each step but the first begins with an arrow, further in than the step above it.
fn arrows(text: &str) -> (Vec<ExplainStep>, Vec<String>) {
    let mut steps: Vec<ExplainStep> = Vec::new();
    let mut notes = Vec::new();
    // How far in the steps above the current one are.
    let mut above: Vec<usize> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let indent = line.len() - line.trim_start().len();
        let rest = line.trim();
        let step = match rest.strip_prefix("->") {
            Some(step) => Some(step.trim_start()),
            None if steps.is_empty() || is_heading(rest) => Some(rest),
            None => None,
        };
        match (step, steps.last_mut()) {
            (Some(step), _) => {
                while above.last().is_some_and(|other| *other >= indent) && !above.is_empty() {
                    above.pop();
                }
                let what = step.to_owned();
                steps.push(ExplainStep { depth: above.len(), what, details: Vec::new() });
                above.push(indent);
            }
            (None, Some(last)) if indent > 0 => last.details.push(rest.to_owned()),
            (None, _) => notes.push(rest.to_owned()),
        }
    }
    (steps, notes)
}

/// What PostgreSQL writes above a part of a tree.
fn is_heading(line: &str) -> bool {
    ["SubPlan ", "InitPlan ", "CTE "].iter().any(|start| line.starts_with(start)) && !line.contains(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|&cell| cell.to_owned()).collect()).collect()
    }

    fn columns(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn shape(explanation: &Explanation) -> Vec<(usize, &str)> {
        explanation.steps.iter().map(|step| (step.depth, step.what.as_str())).collect()
    }

    #[test]
    fn numbers_of_sqlite() {
        let said = read(
            &columns(&["id", "parent", "notused", "detail"]),
            &rows(&[&["3", "0", "0", "SCAN a"], &["7", "0", "0", "LIST"], &["9", "7", "0", "SEARCH b"]]),
            false,
        );
        assert_eq!(shape(&said), [(0, "SCAN a"), (0, "LIST"), (1, "SEARCH b")]);
        assert_eq!(said.to_string(), "SCAN a\nLIST\n   SEARCH b\n");
    }

    #[test]
    fn arrows_of_postgres() {
        let lines: &[&[&str]] = &[
            &["Limit  (cost=1)"],
            &["  ->  Nested Loop  (cost=2)"],
            &["        Join Filter: (a = b)"],
            &["        ->  Seq Scan on a"],
            &["              Filter: (x > 1)"],
            &["              SubPlan 1"],
            &["                ->  Seq Scan on c"],
            &["        ->  Index Scan on b"],
            &["Planning Time: 0.1 ms"],
        ];
        let said = read(&columns(&["QUERY PLAN"]), &rows(lines), false);
        let expected = [
            (0, "Limit  (cost=1)"),
            (1, "Nested Loop  (cost=2)"),
            (2, "Seq Scan on a"),
            (3, "SubPlan 1"),
            (4, "Seq Scan on c"),
            (2, "Index Scan on b"),
        ];
        assert_eq!(shape(&said), expected);
        assert_eq!(said.steps[1].details, ["Join Filter: (a = b)"]);
        assert_eq!(said.notes, ["Planning Time: 0.1 ms"]);
    }

    #[test]
    fn arrows_of_mysql() {
        let text = "-> Limit: 1 row(s)\n    -> Sort: a\n        -> Table scan on t  (rows=3)\n";
        let said = read(&columns(&["EXPLAIN"]), &rows(&[&[text]]), false);
        assert_eq!(shape(&said), [(0, "Limit: 1 row(s)"), (1, "Sort: a"), (2, "Table scan on t  (rows=3)")]);
    }

    #[test]
    fn tables_of_mariadb() {
        let names = ["id", "select_type", "table", "type", "possible_keys", "key", "rows", "Extra"];
        let said = read(
            &columns(&names),
            &rows(&[
                &["1", "PRIMARY", "p", "ALL", "", "", "7", "Using where; Using filesort"],
                &["2", "DEPENDENT SUBQUERY", "u", "eq_ref", "PRIMARY", "PRIMARY", "1", ""],
            ]),
            false,
        );
        let expected = [
            (0, "p (ALL), 7 rows expected"),
            (1, "dependent subquery: u (eq_ref) by PRIMARY, 1 rows expected"),
        ];
        assert_eq!(shape(&said), expected);
        assert_eq!(said.steps[0].details, ["Using where", "Using filesort"]);
    }

    #[test]
    fn names_stand_for_tables() {
        let sql = "SELECT \"t0\".\"id\", (SELECT COUNT(*) FROM `b` AS `t2` WHERE 1) FROM \"x\".\"a\" AS \"t0\" INNER JOIN \"c\" AS \"t1\" ON 1";
        assert_eq!(names_of(sql), ["t2: b", "t0: x.a", "t1: c"]);
    }

    #[test]
    fn bare_steps_have_no_values() {
        let lines: &[&[&str]] = &[
            &["Limit  (cost=0.1..2 rows=1)"],
            &["  ->  Index Scan using a_b on a t0  (cost=0.1..2 rows=1) (actual time=1 rows=1)"],
            &["        Index Cond: (b = 'secret'::text)"],
            &["Planning Time: 0.1 ms"],
        ];
        let said = read(&columns(&["QUERY PLAN"]), &rows(lines), true);
        assert!(said.steps.iter().all(|step| step.details.is_empty()) && !said.text.contains("secret"));
        assert_eq!(
            said.steps[1].what,
            "Index Scan using a_b on a t0  (cost=0.1..2 rows=1) (actual time=1 rows=1)"
        );
        let text = "-> Filter: (t0.pin = 7)  (cost=1 rows=2)\n    -> Index lookup on t0 using i (token='x''y')  (cost=2)\n";
        let said = read(&columns(&["EXPLAIN"]), &rows(&[&[text]]), true);
        assert_eq!(
            shape(&said),
            [(0, "Filter  (cost=1 rows=2)"), (1, "Index lookup on t0 using i  (cost=2)")]
        );
    }

    #[test]
    fn json_has_no_steps() {
        let said = read(&columns(&["EXPLAIN"]), &rows(&[&["{\n  \"a\": 1\n}"]]), false);
        assert!(said.steps.is_empty() && said.to_string().contains("\"a\""));
    }
}
