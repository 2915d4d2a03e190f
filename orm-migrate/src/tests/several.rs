//! Several apps.

use super::*;
use crate::MigrationId;

fn of_apps(tables: &[(&str, Table)]) -> Models {
    let mut state = State::new();
    tables.iter().for_each(|(app, table)| state.insert(*app, table.clone()));
    wanted(state)
}

fn names(made: &[Migration]) -> Vec<String> {
    made.iter().map(|made| made.id.to_string()).collect()
}

#[test]
fn apps_depend_on_those_that_they_refer_to() {
    let models = of_apps(&[
        ("blog", referring(table("posts", vec![]), "author", "users")),
        ("users", table("users", vec![])),
    ]);
    let made = made(&Files::new(), &models, &Options::default());
    assert_eq!(names(&made), ["users/0001_initial", "blog/0001_initial"]);
    assert_eq!(made[1].dependencies, [MigrationId::new("users", "0001_initial")]);
    assert!(made[0].dependencies.is_empty());
}

#[test]
fn circles_of_apps_are_cut_where_tables_let_them() {
    let models = of_apps(&[
        ("a", referring(table("a1", vec![]), "x", "b1")),
        ("b", referring(table("b2", vec![]), "x", "a2")),
        ("a", table("a2", vec![])),
        ("b", table("b1", vec![])),
    ]);
    let new = made(&Files::new(), &models, &Options::default());
    assert_eq!(names(&new), ["a/0001_initial", "b/0001_initial", "a/0002_a1"]);
    let mut files = Files::new();
    new.into_iter().for_each(|new| files.insert(new));
    assert_eq!(files.state().expect("replayed"), models.state);
}

#[test]
fn one_app_brings_along_what_it_needs() {
    let models = of_apps(&[
        ("blog", referring(table("posts", vec![]), "author", "users")),
        ("shop", table("items", vec![])),
        ("users", table("users", vec![])),
    ]);
    let options = Options { apps: vec!["blog".to_owned()], ..Options::default() };
    assert_eq!(names(&made(&Files::new(), &models, &options)), ["users/0001_initial", "blog/0001_initial"]);
    let options = Options { apps: vec!["nobody".to_owned()], ..Options::default() };
    make(&Files::new(), &models, &options).expect_err("no such app");
}

#[test]
fn a_rename_comes_behind_those_who_know_the_old_name() {
    let old = of_apps(&[
        ("z", referring(table("posts", vec![]), "author", "users")),
        ("a", table("users", vec![])),
    ]);
    let mut files = files_to(old.state());
    let mut new = of_apps(&[
        ("z", referring(table("posts", vec![]), "author", "people")),
        ("a", table("people", vec![])),
    ]);
    new.renamed_tables.insert(TableName::new("people"), "USERS".to_owned());
    let made = made(&files, &new, &Options::default());
    assert_eq!(names(&made), ["a/0002_rename_people_rename_people_id_pk"]);
    assert_eq!(made[0].dependencies, [MigrationId::new("z", "0001_initial")]);
    made.into_iter().for_each(|made| files.insert(made));
    assert_eq!(files.state().expect("replayed"), new.state);
}

#[test]
fn a_table_moves_from_app_to_app() {
    let old = of_apps(&[("a", table("users", vec![]))]);
    let mut files = files_to(old.state());
    let new = of_apps(&[("b", table("users", vec![]))]);
    let made = made(&files, &new, &Options::default());
    assert_eq!(made[0].operations[0].describe(), "move the table users from the app a to b");
    assert_eq!(made[0].dependencies, [MigrationId::new("a", "0001_initial")]);
    made.into_iter().for_each(|made| files.insert(made));
    assert_eq!(files.state().expect("replayed"), new.state);
}
