//! Models, as the program has them.

use orm::model::IndexMethod;
use orm::schema::TableName;
use orm::{Backend, ErrorKind, prelude::*};

use super::made;
use crate::{Files, Migration, Models, Operation, Options};

/// What is written.
#[derive(Model, Debug)]
#[model(table = "notes", index(title, where = Self::done.eq(false)), check(Self::title.ne("")))]
pub(super) struct Note {
    #[field(primary_key)]
    pub(super) id: i64,
    #[field(max_length = 80)]
    pub(super) title: String,
    #[field(default = false)]
    pub(super) done: bool,
    pub(super) author: Option<ForeignKey<Author>>,
}

#[derive(Model, Debug)]
#[model(table = "authors", unique_together(name, born), index(expr(Self::born + 1)))]
pub(super) struct Author {
    #[field(primary_key)]
    pub(super) id: i64,
    #[field(max_length = 80, renamed_from = "title")]
    pub(super) name: String,
    pub(super) born: i32,
}

const BOTH: [&orm::model::Table; 2] = [Note::TABLE, Author::TABLE];

#[test]
fn what_a_model_says_is_in_the_state() {
    let models = Models::of(&BOTH, &[Backend::Sqlite, Backend::Postgres]).expect("models");
    assert_eq!(models.state.app(&TableName::new("notes")), Some("orm-migrate"));
    let notes = models.state.table(&TableName::new("notes")).expect("notes");
    assert_eq!(notes.model, "Note");
    assert_eq!(notes.comment.as_deref(), Some("What is written."));
    let key = &notes.foreign_keys[0];
    assert_eq!((key.table.name.as_str(), &key.to[..]), ("authors", &["id".to_owned()][..]));
    let partial = notes.indexes.iter().find_map(|index| index.condition.as_ref()).expect("a partial index");
    assert_eq!(partial.text, "eq(done, false)");
    assert!(partial.sql.get(Backend::Postgres).is_some() && partial.sql.get(Backend::MySql).is_none());
    let key = (TableName::new("authors"), "name".to_owned());
    assert_eq!(models.renamed_columns.get(&key).map(String::as_str), Some("title"));
    let done = (TableName::new("notes"), "done".to_owned());
    assert!(models.fills.contains_key(&done), "its default is known to the program alone");

    let made = made(&Files::new(), &models, &Options::default());
    let steps: Vec<_> = made[0].operations.iter().map(Operation::describe).collect();
    assert_eq!(steps, ["create the table authors", "create the table notes"]);
}

#[derive(Model, Debug)]
#[model(table = "articles", full_text(title, body))]
struct Article {
    #[field(primary_key)]
    id: i64,
    title: String,
    body: Option<String>,
}

#[test]
fn a_full_text_index_is_in_the_state_and_in_the_file() {
    let all = [Backend::Sqlite, Backend::Postgres, Backend::MySql, Backend::MariaDb];
    let models = Models::of(&[Article::TABLE], &all).expect("models");
    let index = &models.state.table(&TableName::new("articles")).expect("articles").indexes[0];
    assert_eq!((index.name.as_str(), index.method), ("articles_title_body_ft", IndexMethod::FullText));
    assert_eq!(index.columns(), ["title", "body"]);
    let over = index.expressions().next().expect("its words");
    assert_eq!(over.text, "words(title, body)");
    assert!(all.iter().all(|backend| over.sql.get(*backend).is_some()));
    let made = made(&Files::new(), &models, &Options::default());
    let text = made[0].text().expect("text");
    assert!(text.contains("method = \"fulltext\""), "{text}");
    let read = Migration::parse(made[0].id.clone(), &text).expect("read");
    assert_eq!((&read, read.hash()), (&made[0], made[0].hash()));
}

/// That this is also what `create_tables` says, the end-to-end tests see: it asks the same function.
#[test]
fn what_a_backend_lacks_is_refused() {
    for (table, model, backend, feature) in [
        (Note::TABLE, "Note", Backend::MySql, "partial indexes"),
        (Note::TABLE, "Note", Backend::MariaDb, "partial indexes"),
        (Author::TABLE, "Author", Backend::MariaDb, "indexes on expressions"),
    ] {
        // That others have it changes nothing.
        let error = match Models::of(&[table], &[Backend::Sqlite, Backend::Postgres, backend]) {
            Err(crate::Error::Models(error)) => error,
            other => panic!("{other:?}"),
        };
        assert_eq!(error.kind(), &ErrorKind::Unsupported { feature, backend: backend.name() });
        assert_eq!(error.model(), Some(model));
    }
    Models::of(&[Author::TABLE], &[Backend::MySql]).expect("it has indexes on expressions");
}
