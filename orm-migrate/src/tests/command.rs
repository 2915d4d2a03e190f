//! `makemigrations`, from its arguments to its files and exit codes.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::*;
use crate::Project;
use crate::cli::{Ended, Terminal};

struct Said {
    ended: Ended,
    out: String,
    errors: String,
}

/// Runs it in a folder; `typed` is what somebody types, if there is somebody.
fn run(folder: &Path, arguments: &[&str], typed: Option<&str>) -> Said {
    let (mut out, mut errors) = (Vec::new(), Vec::new());
    let mut typed = typed.map(str::as_bytes);
    let given = ["manage", "makemigrations", "--backend", "sqlite,postgres"].iter().chain(arguments);
    let arguments: Vec<OsString> = given.map(OsString::from).collect();
    let input = typed.as_mut().map(|typed| typed as &mut dyn std::io::BufRead);
    let ended =
        Project::new().folder(folder).run(arguments, &mut Terminal { out: &mut out, input }, &mut errors);
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Said { ended, out: text(out), errors: text(errors) }
}

/// A project whose notes had a `heading`, and nothing to tell whether they are done.
fn before(folder: &Path) {
    let current = Models::of_program(&[orm::Backend::Sqlite, orm::Backend::Postgres]).expect("models");
    let mut state = State::new();
    for stored in current.state().tables() {
        let mut table = stored.table.clone();
        if table.name.name == "notes" {
            table.checks.clear();
            table.indexes.clear();
            table.columns.retain(|column| column.name != "done");
            for column in &mut table.columns {
                if column.name == "title" {
                    "heading".clone_into(&mut column.name);
                    "heading".clone_into(&mut column.field);
                }
            }
        }
        if table.name.name == "authors" {
            table.columns.retain(|column| column.name != "born");
            table.indexes.clear();
        }
        state.insert(&stored.app, table);
    }
    for migration in made(&Files::new(), &wanted(state), &Options::default()) {
        migration.write(folder).expect("written");
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn the_first_file_and_then_none() {
    let folder = folder();
    let dry = run(folder.path(), &["--dry-run"], None);
    assert_eq!(dry.ended, Ended::Done);
    assert!(dry.out.contains("kind = \"create_table\""), "{}", dry.out);
    assert_eq!(run(folder.path(), &["--check"], None).ended, Ended::Changed);
    assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 0, "nothing was written");
    let first = run(folder.path(), &[], None);
    assert_eq!((first.ended, first.errors.as_str()), (Ended::Done, ""));
    let path = folder.path().join("orm-migrate/0001_initial.toml");
    assert!(first.out.contains(&path.display().to_string()), "{}", first.out);
    assert_eq!(format!("{}\n", fs::read_to_string(&path).expect("there")), dry.out);
    for arguments in [&[][..], &["--check"]] {
        let again = run(folder.path(), arguments, None);
        assert_eq!((again.ended, again.out.as_str()), (Ended::Done, "no changes\n"));
    }
}

#[test]
fn questions_are_for_somebody_or_for_a_program() {
    let folder = folder();
    before(folder.path());
    let asked = run(folder.path(), &[], None);
    assert_eq!(asked.ended, Ended::Asked);
    let json: serde_json::Value = serde_json::from_str(&asked.out).expect("JSON");
    assert_eq!(json["questions"][0]["id"], "column:notes.heading");
    assert_eq!(json["questions"][0]["choices"][0]["rename"], "title");
    assert_eq!(run(folder.path(), &["--check"], None).ended, Ended::Changed);
    // Somebody who types nonsense first, and then goes away.
    let typed = run(folder.path(), &["--dry-run"], Some("?\n1\n"));
    assert_eq!(typed.ended, Ended::Asked, "{}", typed.out);
    assert!(typed.out.contains("renamed to title") && typed.out.contains("a number of the list"));
    let typed = run(folder.path(), &["--dry-run"], Some("1\n= 1970\n"));
    assert_eq!(typed.ended, Ended::Done, "{}", typed.out);
    assert!(typed.out.contains("value = 1970"), "{}", typed.out);

    let answers = folder.path().join("answers.json");
    fs::write(&answers, r#"{"fill:authors.born": {"fill": {"value": 1900}}}"#).expect("written");
    let file = answers.display().to_string();
    let told = ["--rename", "notes.heading=title", "--answers", &file, "--name", "later"];
    let made = run(folder.path(), &told, None);
    assert_eq!((made.ended, made.errors.as_str()), (Ended::Done, ""));
    assert!(made.out.contains("0002_later.toml"), "{}", made.out);
    assert!(made.out.contains("rename the column heading of notes to title"), "{}", made.out);
    assert_eq!(run(folder.path(), &["--check"], None).out, "no changes\n");
}

#[test]
fn a_file_for_sql_of_ones_own() {
    let folder = folder();
    run(folder.path(), &[], None);
    let empty = run(folder.path(), &["--empty", "--app", "orm-migrate", "--name", "tidy"], None);
    assert_eq!((empty.ended, empty.errors.as_str()), (Ended::Done, ""));
    let path = folder.path().join("orm-migrate/0002_tidy.toml");
    let text = fs::read_to_string(&path).expect("there");
    assert!(text.contains("parents = [\"0001_initial\"]"), "{text}");
    let sql = format!("{text}\n[[operations]]\nkind = \"run_sql\"\nsql = \"DELETE FROM notes\"\n");
    fs::write(&path, sql).expect("written");
    assert_eq!(run(folder.path(), &["--check"], None).out, "no changes\n");
}

#[test]
fn tables_of_a_crate_that_is_not_linked_stay() {
    let folder = folder();
    run(folder.path(), &[], None);
    let mut other = State::new();
    other.insert("elsewhere", table("things", vec![]));
    for migration in made(&Files::new(), &wanted(other), &Options::default()) {
        migration.write(folder.path()).expect("written");
    }
    let said = run(folder.path(), &[], None);
    assert_eq!(said.ended, Ended::Failed);
    assert!(said.errors.contains("`use that_crate as _;`"), "{}", said.errors);
    let meant = run(folder.path(), &["--app", "elsewhere", "--dry-run"], None);
    assert_eq!((meant.ended, meant.errors.as_str()), (Ended::Done, ""));
    assert!(meant.out.contains("kind = \"drop_table\""), "{}", meant.out);
}

#[test]
fn what_is_wrong_is_told_by_codes_and_words() {
    let folder = folder();
    let nobody = run(folder.path(), &["--app", "nobody"], None);
    assert_eq!((nobody.ended, nobody.errors.as_str()), (Ended::Usage, "error: there is no app `nobody`\n"));
    let refused = run(folder.path(), &["--backend", "mysql"], None);
    assert_eq!(refused.ended, Ended::Failed);
    assert!(
        refused.errors.contains("because: ") && refused.errors.contains("partial indexes"),
        "{}",
        refused.errors
    );
    assert_eq!(run(folder.path(), &["--empty"], None).ended, Ended::Usage);
    assert_eq!(run(folder.path(), &["--check", "--dry-run"], None).ended, Ended::Usage);
    let name = run(folder.path(), &["--name", "../out"], None);
    assert!(name.errors.contains("`../out`"), "{}", name.errors);
    let help = run(folder.path(), &["--help"], None);
    assert_eq!(help.ended, Ended::Done);
    assert!(help.out.contains("makemigrations --check") && help.errors.is_empty(), "{}", help.out);
}
