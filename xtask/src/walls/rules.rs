//! Rules on names: which module may speak of which crate or module, and where unsafe code may be.

use super::Breach;
use super::lexer::{Kind, Token};

/// A name which only some places may use.
struct Wall {
    name: &'static str,
    /// Where the rule holds.
    within: &'static [&'static str],
    /// Where it does not: folders end with `/`, anything else is one file.
    except: &'static [&'static str],
    why: &'static str,
}

/// The crates that users depend on.
const PRODUCT: &[&str] = &["orm/src/", "orm-macros/src/", "orm-migrate/src/"];
/// Everything but the benchmarks, whose allocator has to count.
const WORKSPACE: &[&str] = &["orm/", "orm-macros/", "orm-migrate/", "examples/", "tests/", "xtask/"];
const DRIVER: &str = "orm/src/driver/";

const WALLS: [Wall; 3] = [
    Wall {
        name: "sea_query",
        within: PRODUCT,
        except: &["orm/src/sql/"],
        why: "only `sql` builds statements",
    },
    Wall {
        name: "sqlx",
        within: PRODUCT,
        except: &[DRIVER, "orm/src/database/borrowed/", "orm/src/database/tests/borrowed.rs"],
        why: "only `driver` and `database/borrowed` talk to the wire",
    },
    Wall { name: "unsafe", within: WORKSPACE, except: &[DRIVER], why: "only `driver` may hold unsafe code" },
];

/// What drivers must not know: they move values, and everything that gives those a meaning lies above them.
const ABOVE_DRIVER: [&str; 9] =
    ["model", "expr", "plan", "query", "sql", "database", "transaction", "pool", "exec"];

/// Checks one file, named from the workspace's root.
pub(super) fn check(file: &str, tokens: &[Token<'_>]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for Wall { name, why, .. } in WALLS.iter().filter(|wall| wall.holds_in(file)) {
        let named = tokens.iter().filter(|token| token.kind == Kind::Name(name));
        breaches
            .extend(named.map(|token| Breach { line: token.line, what: format!("`{name}` here: {why}") }));
    }
    if let Some(path) = file.strip_prefix("orm/src/")
        && file.starts_with(DRIVER)
    {
        for (module, line) in crate_modules(tokens, depth(path)) {
            if ABOVE_DRIVER.contains(&module) {
                let what = format!("`crate::{module}` here: `driver` must not know what lies above it");
                breaches.push(Breach { line, what });
            }
        }
    }
    breaches
}

impl Wall {
    fn holds_in(&self, file: &str) -> bool {
        let is = |place: &&str| if place.ends_with('/') { file.starts_with(*place) } else { file == *place };
        self.within.iter().any(is) && !self.except.iter().any(is)
    }
}

/// How many modules deep a file below `src/` is.
fn depth(path: &str) -> usize {
    let parts = path.split('/').count();
    if path.ends_with("/mod.rs") { parts - 1 } else { parts }
}

/// The modules of the crate's root that paths speak of, by `crate::…` or by enough `super::`.
fn crate_modules<'a>(tokens: &[Token<'a>], depth: usize) -> Vec<(&'a str, usize)> {
    let mut modules = Vec::new();
    // The braces that are open, and whether each is a module's: those need one more `super`.
    let mut open = Vec::new();
    let mut rest = tokens;
    while let [first, tail @ ..] = rest {
        let inline = open.iter().filter(|&&module| module).count();
        match first.kind {
            Kind::Mark('{') => open.push(false),
            Kind::Mark('}') => drop(open.pop()),
            Kind::Name("mod") => {
                if let [Token { kind: Kind::Name(_), .. }, Token { kind: Kind::Mark('{'), .. }, inside @ ..] =
                    tail
                {
                    open.push(true);
                    rest = inside;
                    continue;
                }
            }
            Kind::Name("crate") => modules.extend(after_root(tail)),
            Kind::Name("super") => {
                let (mut supers, mut path) = (1, tail);
                while let Some([Token { kind: Kind::Name("super"), .. }, beyond @ ..]) = after_colons(path) {
                    supers += 1;
                    path = beyond;
                }
                if supers >= depth + inline {
                    modules.extend(after_root(path));
                }
                rest = path;
                continue;
            }
            _ => {}
        }
        rest = tail;
    }
    modules
}

/// The modules named right after `crate` or what stands for it: one, or each of a group.
fn after_root<'a>(tokens: &[Token<'a>]) -> Vec<(&'a str, usize)> {
    match after_colons(tokens) {
        Some([Token { kind: Kind::Name(name), line }, ..]) => vec![(name, *line)],
        Some([Token { kind: Kind::Mark('{'), .. }, group @ ..]) => first_names(group),
        _ => Vec::new(),
    }
}

fn after_colons<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<&'t [Token<'a>]> {
    match tokens {
        [Token { kind: Kind::Mark(':'), .. }, Token { kind: Kind::Mark(':'), .. }, rest @ ..] => Some(rest),
        _ => None,
    }
}

/// The first name of each path in a group, up to the group's closing brace.
fn first_names<'a>(group: &[Token<'a>]) -> Vec<(&'a str, usize)> {
    let (mut names, mut depth, mut fresh) = (Vec::new(), 0_usize, true);
    for token in group {
        match token.kind {
            Kind::Mark('{') => depth += 1,
            Kind::Mark('}') if depth == 0 => break,
            Kind::Mark('}') => depth -= 1,
            Kind::Mark(',') if depth == 0 => fresh = true,
            Kind::Name(name) if fresh => {
                names.push((name, token.line));
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::walls::lexer::tokens;

    fn lines(file: &str, text: &str) -> Vec<usize> {
        check(file, &tokens(text)).iter().map(|breach| breach.line).collect()
    }

    #[test]
    fn each_crate_stays_behind_its_wall() {
        let text = "use sea_query::Query;\n// sqlx\nfn f() { sqlx::query(\"sqlx\"); }\n";
        assert_eq!(lines("orm/src/plan/mod.rs", text), [1, 3]);
        assert_eq!(lines("orm/src/sql/select.rs", text), [3]);
        assert_eq!(lines("orm/src/driver/mysql/bind.rs", text), [1]);
        assert_eq!(lines("orm/src/database/borrowed/pool.rs", text), [1]);
        assert_eq!(lines("orm/src/database/mod.rs", text), [1, 3]);
        assert_eq!(lines("orm-migrate/src/render.rs", text), [1, 3]);
        assert_eq!(lines("tests/src/oracle.rs", text), []);
        assert_eq!(lines("orm/src/plan/mod.rs", "let sqlx_like = my_sea_query;"), []);
    }

    #[test]
    fn unsafe_code_stays_in_the_drivers() {
        let text = "#![forbid(unsafe_code)]\nfn f() { unsafe { g() } }";
        assert_eq!(lines("orm/src/lib.rs", text), [2]);
        assert_eq!(lines("tests/src/lib.rs", text), [2]);
        assert_eq!(lines("orm/src/driver/sqlite/function.rs", text), []);
        assert_eq!(lines("benches/src/allocations.rs", text), []);
    }

    #[test]
    fn drivers_do_not_look_up() {
        let file = "orm/src/driver/mysql/bind.rs";
        assert_eq!(lines(file, "use crate::types::Value;\nuse crate::model::Model;"), [2]);
        assert_eq!(
            lines(file, "use crate::{\n  error::Error,\n  plan::{self, Plan},\n  types::{query, sql},\n};"),
            [3]
        );
        assert_eq!(lines(file, "use super::super::super::{pool, types};"), [1]);
        assert_eq!(lines(file, "use super::super::pool;\nuse super::query::run;"), []);
        assert_eq!(lines(file, "fn f(pool: Pool) { crate::exec::run(pool.sql) }"), [1]);
        assert_eq!(lines(file, "macro_rules! m { () => { $crate::expr::Expr } }"), [1]);
        assert_eq!(lines("orm/src/plan/mod.rs", "use crate::expr::Expr;"), []);
    }

    #[test]
    fn a_module_inside_a_file_is_one_deeper() {
        let file = "orm/src/driver/codes.rs";
        assert_eq!(lines(file, "mod tests { use super::super::query; }"), []);
        assert_eq!(lines(file, "mod tests { use super::super::super::query; }"), [1]);
        assert_eq!(lines(file, "mod tests {}\nuse super::super::query;"), [2]);
        assert_eq!(lines("orm/src/driver/mod.rs", "use super::query;"), [1]);
    }
}
