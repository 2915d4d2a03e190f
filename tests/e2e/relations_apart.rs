//! Relations between models of different databases.

use orm::model::Table;
use orm::prelude::*;
use orm::{Access, DatabaseRef, ErrorKind, Router, with_database, with_router};
use orm_tests::{Outcome, StatementLog, TestDb, cases};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "apart_authors", app = "apart one")]
struct Author {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(max_length = 40, unique)]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "apart_books", app = "apart other", many_to_many(labels: Label, through = Sticker, related_name = books))]
struct Book {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(related_name = books)]
    author: ForeignKey<Author>,
    #[field(max_length = 40)]
    title: String,
}

/// Where books are.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "apart_chapters", app = "apart other")]
struct Chapter {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(related_name = chapters)]
    book: ForeignKey<Book>,
}

/// Where authors are.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "apart_labels", app = "apart one")]
struct Label {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(max_length = 40)]
    text: String,
}

/// Where authors are.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "apart_stickers", app = "apart one", primary_key(book, label))]
struct Sticker {
    book: ForeignKey<Book>,
    label: ForeignKey<Label>,
}

/// Where books are. Whose it is, only the table of authors tells.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "apart_letters", app = "apart other")]
struct Letter {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(references(Author, name), relation = author, related_name = letters, max_length = 40)]
    to: String,
}

const TABLES: [&Table; 6] =
    [Author::TABLE, Book::TABLE, Chapter::TABLE, Label::TABLE, Sticker::TABLE, Letter::TABLE];

/// The one app on the one database, the other on the other.
#[derive(Clone)]
struct Apart {
    one: Database,
    other: Database,
    allow: Option<bool>,
}

impl Apart {
    fn place(&self, model: &Table) -> Option<&Database> {
        match model.app() {
            "apart one" => Some(&self.one),
            "apart other" => Some(&self.other),
            _ => None,
        }
    }

    fn answer(&self, model: &Table) -> Option<DatabaseRef> {
        self.place(model).map(|on| on.clone().into())
    }

    fn with(&self, allow: bool) -> Self {
        Self { allow: Some(allow), ..self.clone() }
    }
}

impl Router for Apart {
    fn read(&self, model: &'static Table) -> Option<DatabaseRef> {
        self.answer(model)
    }

    fn write(&self, model: &'static Table, _: Access) -> Option<DatabaseRef> {
        self.answer(model)
    }

    fn allow_relation(&self, from: &'static Table, to: &'static Table) -> Option<bool> {
        self.place(from)?;
        self.place(to)?;
        self.allow
    }

    fn allow_migrate(&self, database: &str, model: &'static Table) -> Option<bool> {
        Some(self.place(model).is_some_and(|on| on.name() == database))
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Two databases with all tables; the rows of each model where the router says, and others elsewhere.
async fn two(db: &TestDb) -> Result<Apart, Failure> {
    let one = Database::open("apart one", db.url()).await?;
    let other = Database::open("apart other", db.another().await?).await?;
    for (on, place) in [(&one, "one"), (&other, "other")] {
        on.create_tables(&TABLES).await?;
        Author::objects()
            .using(on)
            .bulk_create([1, 2].map(|id| NewAuthor::new(format!("{place} {id}")).id(id)))
            .await?;
        Label::objects().using(on).create(NewLabel::new(place).id(1)).await?;
        Book::objects()
            .using(on)
            .bulk_create(
                [1, 2, 3].map(|id| NewBook::new(if id == 3 { 2 } else { 1 }, format!("{place} {id}")).id(id)),
            )
            .await?;
        Chapter::objects().using(on).bulk_create([1, 2].map(|id| NewChapter::new(id).id(id))).await?;
        Sticker::objects().using(on).create(NewSticker::new(1, 1)).await?;
        Letter::objects().using(on).create(NewLetter::new(format!("{place} 1")).id(1)).await?;
    }
    Ok(Apart { one, other, allow: None })
}

async fn close(places: &Apart) -> Outcome {
    places.one.close().await?;
    places.other.close().await?;
    Ok(())
}

/// The error of a transaction that is undone on purpose.
fn on_purpose() -> orm::Error {
    orm::db::get("undone on purpose").unwrap_err()
}

fn is_on_purpose(error: &orm::Error) -> bool {
    error.database() == Some("undone on purpose")
}

cases! {
    /// Whatever would join two databases is an error that names both models and both databases, before anything is sent.
    async fn refused(db: &TestDb) -> Outcome {
        let places = two(db).await?;
        let book = Book { id: 1, author: 1.into(), title: String::new() };
        with_router(places.clone(), async {
            let log = StatementLog::start();
            let refused = |error: orm::Error, models: [&str; 2]| {
                assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
                let text = error.kind().to_string();
                for name in models.into_iter().chain(["apart one", "apart other"]) {
                    assert!(text.contains(&format!("`{name}`")), "{name}: {text}");
                }
            };
            let by_author = || Book::author.to(Author::name).eq("a");
            refused(Book::objects().filter(by_author()).all().await.unwrap_err(), ["Book", "Author"]);
            refused(Book::objects().filter(!by_author()).count().await.unwrap_err(), ["Book", "Author"]);
            refused(Book::objects().filter(by_author()).exists().await.unwrap_err(), ["Book", "Author"]);
            refused(Book::objects().order_by(Book::author.to(Author::name)).first().await.unwrap_err(), ["Book", "Author"]);
            refused(Book::objects().select(Book::author.to(Author::name)).all().await.unwrap_err(), ["Book", "Author"]);
            refused(Book::objects().select_related(Book::author).all().await.unwrap_err(), ["Book", "Author"]);
            refused(Book::objects().filter(by_author()).delete().await.unwrap_err(), ["Book", "Author"]);
            refused(Book::objects().filter(by_author()).update((Book::title.set("x"),)).await.unwrap_err(), ["Book", "Author"]);
            refused(Chapter::objects().filter(Chapter::book.to(Book::author).to(Author::name).eq("a")).all().await.unwrap_err(), ["Book", "Author"]);
            refused(Author::objects().filter(Author::books.any(Book::id.gt(1))).all().await.unwrap_err(), ["Author", "Book"]);
            refused(Author::objects().filter(Author::books.all(Book::id.gt(1))).all().await.unwrap_err(), ["Author", "Book"]);
            refused(Author::objects().filter(Author::books.exists()).all().await.unwrap_err(), ["Author", "Book"]);
            refused(Author::objects().filter(Author::books.count().gt(1)).all().await.unwrap_err(), ["Author", "Book"]);
            refused(Chapter::objects().filter(Chapter::book.to(Book::title).eq("x") & Chapter::book.to(Book::author).to(Author::id).gt(1)).all().await.unwrap_err(), ["Book", "Author"]);
            refused(Label::objects().filter(Label::books.exists()).all().await.unwrap_err(), ["Sticker", "Book"]);
            refused(Book::labels.of(&book).add(1).await.unwrap_err(), ["Sticker", "Book"]);
            refused(Book::labels.of(&book).clear().await.unwrap_err(), ["Sticker", "Book"]);
            refused(Author::objects().prefetch_related(Author::books).all().await.unwrap_err(), ["Author", "Book"]);
            refused(Book::objects().prefetch_related(Book::labels).all().await.unwrap_err(), ["Book", "Sticker"]);
            refused(Book::objects().filter(by_author()).get_or_create(NewBook::new(1, "b").id(9)).await.unwrap_err(), ["Book", "Author"]);
            assert_eq!(log.take().len(), 0);
            // Within one database everything goes, and what needs no more than a key.
            assert_eq!(Book::labels.of(&book).all().await?[0].text, "one");
            assert_eq!(Chapter::objects().filter(Chapter::book.to(Book::title).eq("other 1")).count().await?, 1);
            assert_eq!(Book::objects().filter(Book::chapters.exists()).count().await?, 2);
            // What the query says itself takes all tables from there, as does what the task says.
            let there = Book::objects().using(&places.one).filter(Book::author.to(Author::name).eq("one 1"));
            assert_eq!(there.count().await?, 2);
            assert_eq!(with_database(&places.other, async { Author::objects().filter(Author::books.any(Book::title.starts_with("other"))).count().await }).await?, 2);
            let error = with_database(&places.other, async { Book::objects().filter(by_author()).count().await }).models::<Author>();
            assert_eq!(error.await?, 0);
            let error = with_database(&places.one, async { Chapter::objects().filter(Chapter::book.to(Book::id).eq(1)).count().await }).models::<Chapter>();
            refused(error.await.unwrap_err(), ["Chapter", "Book"]);
            Ok::<_, orm::Error>(())
        })
        .await?;
        close(&places).await
    }

    /// A relation that a router allows: related rows are read each on its own database, joins where the query begins.
    async fn allowed(db: &TestDb) -> Outcome {
        let places = two(db).await?;
        with_router(places.with(true), async {
            let rows = Author::objects().order_by(Author::id).prefetch_related(Author::books.order_by(Book::id.desc()).with(Book::chapters)).all().await?;
            let told: Vec<_> = rows.iter().map(|(author, books)| (author.name.as_str(), books.iter().map(|(book, chapters)| (book.title.as_str(), chapters.len())).collect::<Vec<_>>())).collect();
            assert_eq!(told, [("one 1", vec![("other 2", 1), ("other 1", 1)]), ("one 2", vec![("other 3", 0)])]);
            // There and back.
            let rows = Book::objects().order_by(Book::id).prefetch_related(Book::labels).all().await?;
            assert_eq!(rows.iter().map(|(book, labels)| (book.title.as_str(), labels.iter().map(|label| label.text.as_str()).collect::<Vec<_>>())).collect::<Vec<_>>(), [("other 1", vec!["one"]), ("other 2", vec![]), ("other 3", vec![])]);
            let rows = Author::objects().order_by(Author::id).prefetch_related(Author::books.limit(1).with(Book::labels)).all().await?;
            assert_eq!((rows[0].1[0].0.title.as_str(), rows[0].1[0].1[0].text.as_str()), ("other 1", "one"));
            let authors: Vec<Author> = Author::objects().order_by(Author::id).all().await?;
            let loaded = Author::books.with(Book::labels).load(&authors).await?;
            assert_eq!(loaded.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
            assert_eq!(loaded[0][0].0.title, "other 1");
            let (first, books) = Author::objects().prefetch_related(Author::books).get(2).await?;
            assert_eq!((first.id, books.len()), (2, 1));
            assert!(Author::objects().prefetch_related(Author::books).get(7).await.unwrap_err().is_not_found());
            // Joined: all of it where the query begins.
            assert_eq!(Book::objects().filter(Book::author.to(Author::name).eq("other 1")).count().await?, 2);
            assert_eq!(Author::objects().filter(Author::books.any(Book::title.eq("one 3"))).count().await?, 1);
            // In a transaction on the one: what is read on the other is outside of it.
            let undone = orm::atomic(async |_| {
                Author::objects().create(NewAuthor::new("new").id(3)).await?;
                Book::objects().create(NewBook::new(2, "beside").id(4)).await?;
                let rows = Author::objects().order_by(Author::id).prefetch_related(Author::books).all().await?;
                assert_eq!(rows.iter().map(|(_, books)| books.len()).collect::<Vec<_>>(), [2, 2, 0]);
                Err::<(), _>(on_purpose())
            })
            .using(&places.one);
            assert!(is_on_purpose(&undone.await.unwrap_err()));
            assert_eq!((Author::objects().count().await?, Book::objects().count().await?), (2, 4));
            // A lock is on the rows where the query begins, and takes a transaction there.
            let locked = || Author::objects().for_update().if_supported().order_by(Author::id).prefetch_related(Author::books);
            let error = locked().all().await.unwrap_err();
            assert!(error.to_string().contains("a lock outside of a transaction"), "{error}");
            let error = orm::atomic(async |_| locked().all().await).using(&places.other).await.unwrap_err();
            assert!(error.to_string().contains("a lock outside of a transaction"), "{error}");
            let rows = orm::atomic(async |_| locked().all().await).using(&places.one).await?;
            assert_eq!(rows.iter().map(|(_, books)| books.len()).collect::<Vec<_>>(), [2, 2]);
            let error = Book::objects().for_update().if_supported().lock_related(Book::author).all().await.unwrap_err();
            assert!(error.to_string().contains("transaction"), "{error}");
            Ok::<_, orm::Error>(())
        })
        .await?;
        // On one database, a router may still forbid it.
        let same = Apart { other: places.one.clone(), ..places.with(false) };
        let error = with_router(same, async { Book::objects().filter(Book::author.to(Author::id).eq(1)).count().await }).await.unwrap_err();
        assert!(error.to_string().contains("a router does not allow"), "{error}");
        close(&places).await
    }

    /// Related rows whose statement would need two databases are refused, whatever a router allows.
    async fn torn(db: &TestDb) -> Outcome {
        let places = two(db).await?;
        let refused = |error: orm::Error, models: [&str; 2]| {
            assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
            let text = error.kind().to_string();
            for name in models.into_iter().chain(["apart one", "apart other"]) {
                assert!(text.contains(&format!("`{name}`")), "{name}: {text}");
            }
        };
        with_router(places.with(true), async {
            let labels = Label::objects().all().await?;
            let authors = Author::objects().order_by(Author::id).all().await?;
            let log = StatementLog::start();
            // The pairs are where labels are, the books are not.
            refused(Label::objects().prefetch_related(Label::books).all().await.unwrap_err(), ["Sticker", "Book"]);
            refused(Label::books.load(&labels).await.unwrap_err(), ["Sticker", "Book"]);
            refused(Book::objects().prefetch_related(Book::labels.with(Label::books)).all().await.unwrap_err(), ["Sticker", "Book"]);
            // A key that the rows do not hold.
            refused(Author::objects().prefetch_related(Author::letters).all().await.unwrap_err(), ["Author", "Letter"]);
            refused(Author::letters.load(&authors).await.unwrap_err(), ["Author", "Letter"]);
            assert_eq!(log.take().len(), 0);
            // All of it from one database.
            let loaded = Author::letters.load(&authors).using(&places.one).await?;
            assert_eq!(loaded.iter().map(|letters| letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>()).collect::<Vec<_>>(), [vec!["one 1"], vec![]]);
            assert_eq!(Label::books.load(&labels).using(&places.other).await?[0][0].title, "other 1");
            Ok::<_, orm::Error>(())
        })
        .await?;
        // Rows at hand need no leave of a router.
        with_router(places.clone(), async {
            let authors = Author::objects().order_by(Author::id).all().await?;
            assert_eq!(Author::books.load(&authors).await?.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
            refused(Author::letters.load(&authors).await.unwrap_err(), ["Author", "Letter"]);
            Ok::<_, orm::Error>(())
        })
        .await?;
        close(&places).await
    }

    /// Two queries at once that need the same two databases, with one connection each, do not wait for each other.
    async fn one_connection_each(db: &TestDb) -> Outcome {
        let places = two(db).await?;
        let few = |url: String| orm::DatabaseOptions::url(url).pool(orm::PoolOptions::new().max_connections(1).acquire_timeout(std::time::Duration::from_secs(60)));
        let url = db.another().await?;
        let (one, other) = (Database::open("apart one", few(db.url().to_owned())).await?, Database::open("apart other", few(url)).await?);
        other.create_tables(&TABLES).await?;
        let few = Apart { one, other, allow: Some(true) };
        let tasks: Vec<_> = (0..8)
            .map(|task| {
                let few = few.clone();
                tokio::spawn(std::future::IntoFuture::into_future(with_router(few, async move {
                    for _ in 0..5 {
                        match task % 2 {
                            0 => _ = Author::objects().prefetch_related(Author::books).all().await?,
                            _ => _ = Book::objects().prefetch_related(Book::labels).all().await?,
                        }
                    }
                    Ok::<_, orm::Error>(())
                })))
            })
            .collect();
        for task in tasks {
            task.await??;
        }
        close(&few).await?;
        close(&places).await
    }

    /// A foreign key to another database is refused when tables are made, or left out where a router allows the relation.
    async fn tables(db: &TestDb) -> Outcome {
        let one = Database::open("apart one", db.url()).await?;
        let other = Database::open("apart other", db.another().await?).await?;
        let places = Apart { one, other, allow: None };
        let error = with_router(places.clone(), async { orm::db::create_all().await }).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
        let text = error.kind().to_string();
        assert!(["`Book`", "`apart one`", "`apart other`"].iter().all(|name| text.contains(name)), "{text}");
        assert!(Author::objects().using(&places.one).count().await.is_err(), "nothing was made");
        let error = with_router(places.clone(), async { places.other.create_all().await }).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
        assert_eq!((error.model(), error.field(), error.database()), (Some("Book"), Some("author"), Some("apart other")));
        with_router(places.with(true), async {
            orm::db::create_all().await?;
            // Nobody checks that there is such an author, but foreign keys within a database hold.
            Book::objects().create(NewBook::new(77, "a book").id(1)).await?;
            let error = Chapter::objects().create(NewChapter::new(99).id(1)).await.unwrap_err();
            assert!(error.is_foreign_key_violation(), "{error:?}");
            Ok::<_, orm::Error>(())
        })
        .await?;
        assert!(Book::objects().using(&places.one).count().await.is_err());
        close(&places).await
    }
}
