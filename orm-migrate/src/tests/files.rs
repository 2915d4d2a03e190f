//! Files: written, read, and told apart by what they mean.

use std::fs;

use orm::schema::Index;

use super::*;
use crate::{Error, MigrationId};

fn sample() -> Vec<Migration> {
    let mut posts = referring(table("posts", vec![text("title")]), "author", "users");
    posts.checks.push(check("posts_ck", &["title"]));
    let models = wanted(state(&[posts, table("users", vec![text("name")])]));
    made(&Files::new(), &models, &Options::default())
}

#[test]
fn what_is_written_is_read_again() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(Files::read(&folder.path().join("none")).expect("no folder, no files").iter().next().is_none());
    for migration in sample() {
        let path = migration.write(folder.path()).expect("written");
        assert!(path.ends_with("app/0001_initial.toml"));
        assert!(matches!(migration.write(folder.path()), Err(Error::Io { .. })), "never over another");
        let files = Files::read(folder.path()).expect("read");
        let read = files.get(&migration.id).expect("there");
        assert_eq!((read, read.hash()), (&migration, migration.hash()));
        assert_eq!(fs::read_dir(path.parent().expect("a folder")).expect("read").count(), 1);
    }
}

#[test]
fn the_hash_is_of_the_meaning() {
    let migration = &sample()[0];
    let text = migration.text().expect("text");
    let parse = |text: &str| Migration::parse(migration.id.clone(), text).expect("read");
    let hash = migration.hash();
    assert_eq!(hash.len(), 64);
    // Comments, blanks, and the order of keys.
    let value: toml::Table = toml::from_str(&text).expect("TOML");
    let turned: String = {
        let mut lines: Vec<_> = value.iter().collect();
        lines.reverse();
        let one = |(key, value): (&String, &toml::Value)| format!("{key} = {value}\n");
        lines.into_iter().map(one).collect()
    };
    for same in [format!("# other words\n\n{text}\n\n"), turned] {
        assert_eq!(parse(&same).hash(), hash, "{same}");
    }
    let other = text.replace("\"title\"", "\"topic\"");
    assert_ne!(parse(&other).hash(), hash);
    let mut renamed = migration.clone();
    renamed.id.name.push('x');
    assert_ne!(renamed.hash(), hash);
    // Databases keep it: it stays what it is in every version.
    let empty = Migration {
        id: MigrationId::new("app", "0001_empty"),
        parents: Vec::new(),
        dependencies: Vec::new(),
        operations: Vec::new(),
    };
    assert_eq!(empty.hash(), "e7b897d48a6dd13bac35301222bf3a028c9bac691562f7e401e1adeea738c5e1");
}

#[test]
fn what_is_no_migration_is_told_with_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("app");
    fs::create_dir(&path).expect("made");
    let told = |text: &str| {
        fs::write(path.join("0001_x.toml"), text).expect("written");
        Files::read(folder.path()).expect_err("no migration").to_string()
    };
    for (text, reason) in [
        ("format = 2", "its format is 2"),
        ("operations = []", "missing field `format`"),
        ("format = 1\nsurprise = 1", "unknown field `surprise`"),
        ("format = 1\n[[operations]]\nkind = \"dance\"", "unknown variant `dance`"),
        ("format = 1\ndependencies = [\"users\"]", "write `app/name`"),
    ] {
        let error = told(text);
        assert!(error.contains("0001_x.toml") && error.contains(reason), "{error}");
    }
}

#[test]
fn graphs_that_lead_nowhere_are_told() {
    let migration = |name: &str, parents: &[&str], needs: &[&str]| Migration {
        id: MigrationId::new("app", name),
        parents: parents.iter().map(|name| (*name).to_owned()).collect(),
        dependencies: needs.iter().map(|name| MigrationId::new("app", *name)).collect(),
        operations: Vec::new(),
    };
    let error = |all: &[Migration]| {
        let mut files = Files::new();
        all.iter().for_each(|one| files.insert(one.clone()));
        files.state().expect_err("an error").to_string()
    };
    assert_eq!(
        error(&[migration("1", &["0"], &[])]),
        "the migration `app/1` needs `app/0`, which is not there"
    );
    assert!(error(&[migration("1", &["2"], &[]), migration("2", &["1"], &[])]).contains("in a circle"));
    let fork = error(&[migration("1", &[], &[]), migration("2", &["1"], &[]), migration("3", &["1"], &[])]);
    assert!(fork.contains("`2`, `3`"), "{fork}");
    let mut wrong = migration("1", &[], &[]);
    wrong.operations.push(Operation::DropTable { table: table("a", vec![]) });
    assert_eq!(error(&[wrong]), "the migration `app/1` cannot drop the table a: there is no table a");
}

#[test]
fn branches_are_joined_if_their_order_does_not_matter() {
    let base = vec![null(text("x"))];
    let mut files = files_to(&state(&[table("a", base.clone())]));
    let branch = |column: TableColumn| {
        let columns = base.iter().cloned().chain([null(column)]).collect();
        made(&files, &wanted(state(&[table("a", columns)])), &Options::default()).remove(0)
    };
    let (one, two) = (branch(text("one")), branch(text("two")));
    let conflicting = branch(TableColumn { max_length: Some(9), ..text("one") });
    let with = |more: [&Migration; 2]| {
        let mut files = files.clone();
        more.into_iter().enumerate().for_each(|(at, more)| {
            let mut more = more.clone();
            more.id.name.push_str(&format!("_{at}"));
            files.insert(more);
        });
        files
    };
    let error = with([&one, &conflicting]).merged(&[], None).expect_err("both add it").to_string();
    assert!(
        error.contains("`0002_add_a_one_0`, `0002_add_a_one_1`") && error.contains("there is one"),
        "{error}"
    );
    // Fine in the order of their names: the first gives the name away that the second takes.
    let operation = |operation| Migration { operations: vec![operation], ..one.clone() };
    let away = operation(Operation::RenameColumn {
        table: TableName::new("a"),
        from: "x".to_owned(),
        to: "y".to_owned(),
        from_field: "x".to_owned(),
        to_field: "y".to_owned(),
    });
    let taken =
        operation(Operation::AddColumn { table: TableName::new("a"), column: Box::new(null(text("x"))) });
    let error = with([&away, &taken]).merged(&[], None).expect_err("it matters").to_string();
    assert!(error.contains("cannot add the column x to a"), "{error}");
    // A branch of two: what its second does must fit on what the other has done, and that on it.
    let away =
        Migration { id: MigrationId::new("app", "0003_away"), parents: vec!["0002_one".to_owned()], ..away };
    let mut first =
        operation(Operation::AddColumn { table: TableName::new("a"), column: Box::new(null(text("first"))) });
    first.id.name = "0002_one".to_owned();
    let mut stands =
        operation(Operation::AddIndex { table: TableName::new("a"), index: Index::new("x_ix", &["x"]) });
    stands.id.name = "0002_two".to_owned();
    let mut uneven = files.clone();
    [first, away, stands].into_iter().for_each(|one| uneven.insert(one));
    let error = uneven.merged(&[], None).expect_err("the column has another name by then").to_string();
    assert!(error.contains("cannot add the index x_ix to a"), "{error}");
    for name in ["", "a/b", "a\nb", ".."] {
        uneven.merged(&[], Some(name)).expect_err("no name of a file");
    }
    uneven.merged(&["nobody".to_owned()], None).expect_err("no such app");
    let branches = with([&one, &two]);
    let error = branches.state().expect_err("two leaves").to_string();
    assert!(error.contains("--merge"), "{error}");
    let merged = branches.merged(&["app".to_owned()], None).expect("joined");
    assert_eq!(merged.len(), 1);
    assert_eq!(merged[0].id.name, "0003_merge");
    assert_eq!(merged[0].parents, ["0002_add_a_one_0", "0002_add_a_two_1"]);
    files = branches;
    merged.into_iter().for_each(|merged| files.insert(merged));
    let columns = base.into_iter().chain([null(text("one")), null(text("two"))]).collect();
    assert_eq!(files.state().expect("one leaf"), state(&[table("a", columns)]));
    assert!(files.merged(&[], None).expect("nothing to join").is_empty());
}
