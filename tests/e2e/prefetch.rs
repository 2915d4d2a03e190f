//! Related rows loaded with the rows that they belong to: a statement a relation, whatever the number of rows.

use orm::model::Table;
use orm::prelude::*;
use orm::{DatabaseOptions, PoolOptions};
use orm_tests::{Kind, Outcome, StatementLog, TestDb, cases};

/// How a remark is meant.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(native, name = "pre_mood")]
pub enum Mood {
    Glad,
    Cross,
}

/// Where in a book.
#[derive(Embed, Debug, Clone, PartialEq)]
pub struct Spot {
    pub page: i32,
    pub line: Option<i32>,
}

/// Somebody who writes and reads.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pre_writer", many_to_many(friends: Writer, related_name = friends_of))]
pub struct Writer {
    #[field(primary_key, auto = false)]
    pub id: i64,
    #[field(max_length = 20)]
    pub name: String,
}

/// What is known of a writer.
#[derive(Model, Clone, PartialEq)]
#[model(table = "pre_card")]
pub struct Card {
    #[field(primary_key)]
    pub id: i64,
    #[field(one_to_one, on_delete = cascade, related_name = card)]
    pub writer: ForeignKey<Writer>,
    #[field(sensitive, max_length = 20)]
    pub secret: String,
    #[field(db_default = 7, read_only)]
    pub given: i32,
}

/// Something to read, the best first.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "pre_book",
    ordering(-stars),
    many_to_many(labels: Label, related_name = books),
    many_to_many(readers: Writer, through = Reading, related_name = read)
)]
pub struct Book {
    #[field(primary_key, auto = false)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = books)]
    pub writer: ForeignKey<Writer>,
    #[field(on_delete = set_null, related_name = edited)]
    pub editor: Option<ForeignKey<Writer>>,
    pub stars: Option<i32>,
    #[field(on_delete = set_null, related_name = sequels)]
    pub before: Option<ForeignKey<Book>>,
}

/// A word that books go by.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pre_label")]
pub struct Label {
    #[field(primary_key, max_length = 20)]
    pub word: String,
}

/// Who read what; as often as it happened.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pre_reading")]
pub struct Reading {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = cascade)]
    pub book: ForeignKey<Book>,
    #[field(on_delete = cascade)]
    pub reader: ForeignKey<Writer>,
}

/// What was said of a book.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pre_remark")]
pub struct Remark {
    #[field(primary_key, auto = false)]
    pub id: i64,
    #[field(on_delete = cascade, related_name = remarks)]
    pub book: ForeignKey<Book>,
    #[field(on_delete = set_null, related_name = remarks)]
    pub by: Option<ForeignKey<Writer>>,
    pub mood: Mood,
    #[field(embed)]
    pub spot: Spot,
    #[field(precision = 6, scale = 2)]
    pub price: Decimal,
}

/// The same table as somebody else sees it, who does not manage it.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pre_remark", managed = false)]
pub struct Said {
    #[field(primary_key, auto = false)]
    pub id: i64,
    #[field(related_name = said)]
    pub book: ForeignKey<Book>,
}

const TABLES: [&Table; 8] = [
    Writer::TABLE,
    WriterFriends::TABLE,
    Card::TABLE,
    Book::TABLE,
    BookLabels::TABLE,
    Label::TABLE,
    Reading::TABLE,
    Remark::TABLE,
];

/// Three writers, five books, seven remarks.
async fn fill(db: &TestDb) -> orm::Result<()> {
    let on = db.handle();
    on.create_tables(&TABLES).await?;
    let writers = [(1, "ann"), (2, "bob"), (3, "cyd")].map(|(id, name)| NewWriter::new(id, name));
    Writer::objects().using(on).bulk_create(writers).await?;
    let books = [
        (1, 1, Some(2), Some(3), None),
        (2, 1, None, Some(5), Some(1)),
        (3, 1, Some(3), None, Some(1)),
        (4, 2, Some(2), Some(5), None),
        (5, 1, Some(2), Some(5), Some(2)),
    ];
    let key = |id: Option<i64>| id.map(ForeignKey::from);
    for (id, writer, editor, stars, before) in books {
        let before = before.map(ForeignKey::<Book>::from);
        let new = NewBook::new(id, writer).editor(key(editor)).stars(stars).before(before);
        Book::objects().using(on).create(new).await?;
    }
    for word in ["x", "y", "Y", "z"] {
        Label::objects().using(on).create(NewLabel::new(word)).await?;
    }
    for (book, words) in [(1, &["x", "y"][..]), (2, &["Y"]), (4, &["x", "Y", "z"])] {
        let book = Book::objects().using(on).get(book).await?;
        Book::labels.of(&book).using(on).set(words.iter().copied()).await?;
    }
    let remarks = [
        (11, 1, Some(3), Mood::Cross, 5),
        (12, 1, None, Mood::Glad, 2),
        (13, 2, Some(1), Mood::Glad, 9),
        (14, 1, Some(1), Mood::Glad, 2),
        (15, 4, Some(3), Mood::Cross, 1),
        (16, 1, Some(2), Mood::Cross, 8),
        (17, 4, None, Mood::Glad, 1),
    ];
    let remarks = remarks.map(|(id, book, by, mood, page)| {
        NewRemark::new(id, book, mood, Spot { page, line: None }, Decimal::new(id * 5, 2)).by(key(by))
    });
    Remark::objects().using(on).bulk_create(remarks).await?;
    Ok(())
}

/// The keys of rows, for short.
trait Ids {
    type Of;
    fn ids(&self) -> Self::Of;
}

macro_rules! ids {
    ($($model:ty),*) => {$(
        impl Ids for $model {
            type Of = i64;
            fn ids(&self) -> i64 {
                self.id
            }
        }
    )*};
}
ids!(Writer, Card, Book, Remark, Said);

impl Ids for Label {
    type Of = String;
    fn ids(&self) -> String {
        self.word.clone()
    }
}

impl<T: Ids> Ids for Vec<T> {
    type Of = Vec<T::Of>;
    fn ids(&self) -> Self::Of {
        self.iter().map(Ids::ids).collect()
    }
}

impl<T: Ids> Ids for Option<T> {
    type Of = Option<T::Of>;
    fn ids(&self) -> Self::Of {
        self.as_ref().map(Ids::ids)
    }
}

macro_rules! ids_of_tuples {
    ($($part:ident)+) => {
        impl<$($part: Ids),+> Ids for ($($part,)+) {
            type Of = ($($part::Of,)+);
            fn ids(&self) -> Self::Of {
                #[expect(non_snake_case, reason = "named like the types")]
                let ($($part,)+) = self;
                ($($part.ids(),)+)
            }
        }
    };
}
ids_of_tuples!(A B);
ids_of_tuples!(A B C);
ids_of_tuples!(A B C D);

cases! {
    /// Each row with its related rows, in the order of their model, in two statements; and rows without any.
    async fn one_relation(db: &TestDb) -> Outcome {
        fill(db).await?;
        let log = StatementLog::start();
        let rows: Vec<(Writer, Vec<Book>)> =
            Writer::objects().using(db.handle()).prefetch_related(Writer::books).order_by(Writer::id).all().await?;
        let sent = log.take();
        assert_eq!(sent.len(), 2, "{sent:?}");
        // The best first, those with as many stars by key, those without any last.
        assert_eq!(rows.ids(), [(1, vec![2, 5, 1, 3]), (2, vec![4]), (3, vec![])]);
        assert_eq!(rows[0].1[2].editor, Some(ForeignKey::from(2)));
        assert_eq!(rows[0].1[0], Book::objects().using(db.handle()).get(2).await?);
        Ok(())
    }

    /// Filtered, ordered, limited for each row and without the first of each row.
    async fn narrowed(db: &TestDb) -> Outcome {
        fill(db).await?;
        let of = |wanted: orm::Prefetch<Writer, Book>| {
            Writer::objects().using(db.handle()).order_by(Writer::id).prefetch_related(wanted).all()
        };
        let wanted = |rows: Vec<(Writer, Vec<Book>)>| rows.into_iter().map(|(_, books)| books.ids()).collect::<Vec<_>>();
        let log = StatementLog::start();
        assert_eq!(wanted(of(Writer::books.order_by(Book::id)).await?), [vec![1, 2, 3, 5], vec![4], vec![]]);
        assert_eq!(wanted(of(Writer::books.order_by(Book::id.desc()).limit(2)).await?), [vec![5, 3], vec![4], vec![]]);
        assert_eq!(wanted(of(Writer::books.limit(3)).await?), [vec![2, 5, 1], vec![4], vec![]]);
        assert_eq!(wanted(of(Writer::books.offset(1)).await?), [vec![5, 1, 3], vec![], vec![]]);
        assert_eq!(wanted(of(Writer::books.limit(2).offset(1)).await?), [vec![5, 1], vec![], vec![]]);
        assert_eq!(wanted(of(Writer::books.limit(0)).await?), [vec![], vec![], vec![]] as [Vec<i64>; 3]);
        assert_eq!(wanted(of(Writer::books.limit(u64::MAX).offset(1)).await?), [vec![5, 1, 3], vec![], vec![]]);
        // Alike in order: by primary key, however many are left.
        assert_eq!(wanted(of(Writer::books.order_by(Book::stars.asc().nulls_last()).limit(3)).await?), [vec![1, 2, 5], vec![4], vec![]]);
        let some = Writer::books.filter(Book::stars.eq(5)).order_by(Book::id.desc()).limit(1);
        assert_eq!(wanted(of(some).await?), [vec![5], vec![4], vec![]]);
        let some = Writer::books.filter(Book::stars.is_not_null()).filter(Book::stars.lt(5)).limit(9);
        assert_eq!(wanted(of(some).await?), [vec![1], vec![], vec![]]);
        let some = Writer::books.limit(9).exclude(Book::remarks.exists()).filter_opt(Some(3), |id| Book::id.ge(id)).filter_opt(None::<i64>, |id| Book::id.eq(id));
        assert_eq!(wanted(of(some).await?), [vec![5, 3], vec![], vec![]]);
        // An order and a filter that go over relations, and hold values.
        let some = Writer::books.filter(Book::editor.to(Writer::name).ge("b")).order_by((Book::editor.to(Writer::name).desc(), (Book::stars + 1).asc()));
        assert_eq!(wanted(of(some.clone()).await?), [vec![3, 1, 5], vec![4], vec![]]);
        assert_eq!(wanted(of(some.limit(2)).await?), [vec![3, 1], vec![4], vec![]]);
        assert_eq!(log.take().len(), 26);
        Ok(())
    }

    /// Several relations, relations of related rows, and what else a query gives, in the order of the calls.
    async fn trees(db: &TestDb) -> Outcome {
        fill(db).await?;
        let log = StatementLog::start();
        type Writers = Vec<(Writer, Vec<(Book, Vec<Remark>)>, Vec<Card>, Vec<Book>)>;
        type Remarks = Vec<(Remark, Option<Writer>, i32)>;
        type Books = Vec<(Book, Writer, i64, Vec<Label>, Option<Decimal>, Option<Writer>, Remarks)>;
        let rows: Writers = Writer::objects()
            .using(db.handle())
            .order_by(Writer::id)
            .prefetch_related(Writer::books.filter(Book::stars.ge(3)).order_by(Book::id).with(Book::remarks.order_by(Remark::id.desc()).limit(2)))
            .prefetch_related(Writer::card)
            .prefetch_related(Writer::edited.filter(Book::id.gt(1)))
            .all()
            .await?;
        let sent = log.take();
        assert_eq!(sent.len(), 5, "{sent:?}");
        assert_eq!(rows.ids(), [
            (1, vec![(1, vec![16, 14]), (2, vec![13]), (5, vec![])], vec![], vec![]),
            (2, vec![(4, vec![17, 15])], vec![], vec![4, 5]),
            (3, vec![], vec![], vec![3]),
        ]);
        let sum = Book::remarks.aggregate(max(Remark::price));
        let rows: Books = Book::objects()
            .using(db.handle())
            .select_related(Book::writer)
            .annotate(Book::remarks.count())
            .prefetch_related(Book::labels.order_by(Label::word))
            .annotate(sum)
            .select_related(Book::editor)
            .prefetch_related(Book::remarks.filter(Remark::mood.eq(Mood::Glad)).order_by(Remark::id).select_related(Remark::by).annotate(Remark::spot.to(Spot::page) + 1))
            .order_by(Book::id)
            .limit(2)
            .all()
            .await?;
        assert_eq!(log.take().len(), 3);
        let (book, writer, count, labels, most, editor, remarks) = &rows[0];
        assert_eq!((book.id, writer.id, *count, labels.ids(), *most, editor.ids()), (1, 1, 4, vec!["x".to_owned(), "y".to_owned()], Some(Decimal::new(80, 2)), Some(2)));
        let remarks: Vec<_> = remarks.iter().map(|(remark, by, page)| (remark.id, by.ids(), *page, remark.mood, remark.price)).collect();
        assert_eq!(remarks, [(12, None, 3, Mood::Glad, Decimal::new(60, 2)), (14, Some(1), 3, Mood::Glad, Decimal::new(70, 2))]);
        assert_eq!((rows[1].3.ids(), rows[1].6.len()), (vec!["Y".to_owned()], 1));
        // Four levels, through a relation of a model to itself and back.
        let log = StatementLog::start();
        let deep = Book::sequels.order_by(Book::id).with(Book::sequels.with(Book::remarks));
        let rows = Book::objects().using(db.handle()).filter(Book::id.le(2)).order_by(Book::id).prefetch_related(deep).all().await?;
        assert_eq!(log.take().len(), 4);
        assert_eq!(rows.ids(), [(1, vec![(2, vec![(5, vec![])]), (3, vec![])]), (2, vec![(5, vec![])])]);
        Ok(())
    }

    /// Rows between: each related row once for each row, whatever the number of pairs, from both sides, and of its own.
    async fn many_to_many(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        let label = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let log = StatementLog::start();
        let rows = Book::objects().using(on).order_by(Book::id).prefetch_related(Book::labels).all().await?;
        assert_eq!(log.take().len(), 2);
        let found: Vec<_> = rows.ids().into_iter().map(|(_, labels)| labels).collect();
        assert_eq!(found, [label(&["x", "y"]), label(&["Y"]), label(&[]), label(&["Y", "x", "z"]), label(&[])]);
        // The same row for several others, with its own related rows each time; keys of text are what they are.
        let rows = Label::objects().using(on).order_by(Label::word).prefetch_related(Label::books.order_by(Book::id.desc()).limit(1).with(Book::labels.limit(2))).all().await?;
        assert_eq!(log.take().len(), 3);
        assert_eq!(rows.ids(), [
            ("Y".to_owned(), vec![(4, label(&["Y", "x"]))]),
            ("x".to_owned(), vec![(4, label(&["Y", "x"]))]),
            ("y".to_owned(), vec![(1, label(&["x", "y"]))]),
            ("z".to_owned(), vec![(4, label(&["Y", "x"]))]),
        ]);
        for (book, reader) in [(1, 2), (1, 3), (1, 2), (2, 2), (2, 2)] {
            Reading::objects().using(on).create(NewReading::new(book, reader)).await?;
        }
        let rows = Book::objects().using(on).filter(Book::id.le(3)).order_by(Book::id).prefetch_related(Book::readers).all().await?;
        assert_eq!(rows.ids(), [(1, vec![2, 3]), (2, vec![2]), (3, vec![])]);
        let rows = Writer::objects().using(on).order_by(Writer::id).prefetch_related(Writer::read.order_by(Book::id.desc()).limit(1)).all().await?;
        assert_eq!(rows.ids(), [(1, vec![]), (2, vec![2]), (3, vec![1])]);
        let writers = Writer::objects().using(on).order_by(Writer::id).all().await?;
        Writer::friends.of(&writers[0]).using(on).set([1, 2, 3]).await?;
        Writer::friends.of(&writers[2]).using(on).set([1]).await?;
        let both = Writer::objects().using(on).order_by(Writer::id).prefetch_related(Writer::friends.order_by(Writer::id)).prefetch_related(Writer::friends_of.order_by(Writer::id));
        assert_eq!(both.all().await?.ids(), [(1, vec![1, 2, 3], vec![1, 3]), (2, vec![], vec![1]), (3, vec![1], vec![1])]);
        Ok(())
    }

    /// Every terminal that gives rows gives the related ones; what gives none reads none.
    async fn terminals(db: &TestDb) -> Outcome {
        fill(db).await?;
        let writers = || Writer::objects().using(db.handle()).prefetch_related(Writer::books.order_by(Book::id));
        let log = StatementLog::start();
        assert_eq!(writers().get(2).await?.ids(), (2, vec![4]));
        assert_eq!(writers().get_or_none(2).await?.ids(), Some((2, vec![4])));
        assert_eq!(writers().first().await?.ids(), Some((1, vec![1, 2, 3, 5])));
        assert_eq!(writers().last().await?.ids(), Some((3, vec![])));
        assert_eq!(writers().filter(Writer::name.eq("bob")).one().await?.ids(), (2, vec![4]));
        assert_eq!(writers().filter(Writer::name.eq("bob")).one_or_none().await?.ids(), Some((2, vec![4])));
        assert_eq!(log.take().len(), 12);
        // No statement for the rows of none, and none where the number of rows is wrong.
        assert_eq!(writers().get_or_none(9).await?, None);
        assert!(writers().get(9).await.unwrap_err().is_not_found());
        assert_eq!(writers().filter(Writer::id.gt(9)).all().await?, []);
        assert_eq!(writers().limit(0).all().await?, []);
        let error = writers().one().await.unwrap_err();
        assert!(matches!(error.kind(), orm::ErrorKind::MultipleObjects), "{error:?}");
        assert_eq!((writers().count().await?, writers().exists().await?), (3, true));
        assert_eq!(log.take().len(), 7);
        // Nothing of a relation whose rows have none themselves: one statement less.
        let deep = writers().filter(Writer::id.eq(3)).prefetch_related(Writer::books.with(Book::remarks)).all().await?;
        assert_eq!(log.take().len(), 3);
        assert_eq!(deep.ids(), [(3, vec![], vec![])]);
        // What is selected instead takes the place of all that was there.
        assert_eq!(writers().order_by(Writer::id).select(Writer::name).first().await?.as_deref(), Some("ann"));
        assert_eq!(log.take().len(), 1);
        let names: Vec<(String, Vec<Book>)> = Writer::objects().using(db.handle()).order_by(Writer::id).select(Writer::name).prefetch_related(Writer::books.limit(1)).all().await?;
        assert_eq!(names.iter().map(|(name, books)| (name.as_str(), books.ids())).collect::<Vec<_>>(), [("ann", vec![2]), ("bob", vec![4]), ("cyd", vec![])]);
        // Distinct rows, which have a key where they are whole.
        assert_eq!(writers().distinct().order_by(Writer::id).limit(2).all().await?.ids(), [(1, vec![1, 2, 3, 5]), (2, vec![4])]);
        log.take().clear();
        let error = Writer::objects().using(db.handle()).select(Writer::name).distinct().prefetch_related(Writer::books).all().await.unwrap_err();
        assert!(matches!(error.kind(), orm::ErrorKind::InvalidQuery { .. }), "{error:?}");
        assert_eq!(error.model(), Some("Writer"));
        assert_eq!(log.take(), []);
        let sql = writers().filter(Writer::name.eq("bob")).all().to_sql(Backend::Sqlite)?;
        assert!(sql.contains("pre_writer") && !sql.contains("pre_book"), "{sql}");
        Ok(())
    }

    /// What is sensitive, read only, embedded, an enum, of a table of others: child rows like any rows.
    async fn all_kinds_of_fields(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        Card::objects().using(on).create(NewCard::new(3, "s3cret")).await?;
        let rows = Writer::objects().using(on).order_by(Writer::id.desc()).prefetch_related(Writer::card).all().await?;
        let cards: Vec<_> = rows.iter().map(|(writer, cards)| (writer.id, cards.iter().map(|card| (card.secret.as_str(), card.given)).collect::<Vec<_>>())).collect();
        assert_eq!(cards, [(3, vec![("s3cret", 7)]), (2, vec![]), (1, vec![])]);
        let rows = Book::objects().using(on).filter(Book::id.eq(1)).prefetch_related(Book::remarks.order_by((Remark::mood, Remark::spot.to(Spot::page).desc()))).prefetch_related(Book::said).one().await?;
        let remarks: Vec<_> = rows.1.iter().map(|remark| (remark.id, remark.mood, remark.spot.page, remark.price)).collect();
        assert_eq!(remarks, [
            (16, Mood::Cross, 8, Decimal::new(80, 2)),
            (11, Mood::Cross, 5, Decimal::new(55, 2)),
            (12, Mood::Glad, 2, Decimal::new(60, 2)),
            (14, Mood::Glad, 2, Decimal::new(70, 2)),
        ]);
        assert_eq!(rows.2.ids(), [11, 12, 14, 16]);
        Ok(())
    }

    /// Rows that are at hand already: the same lists, in the order of the rows, each row its own.
    async fn rows_at_hand(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        let mut writers = Writer::objects().using(on).order_by(Writer::id).all().await?;
        let log = StatementLog::start();
        let books: Vec<Vec<Book>> = Writer::books.load(&writers).using(on).await?;
        assert_eq!(log.take().len(), 1);
        assert_eq!(books.ids(), [vec![2, 5, 1, 3], vec![4], vec![]]);
        writers.reverse();
        writers.push(writers[2].clone());
        let best = Writer::books.filter(Book::stars.ge(3)).limit(1);
        assert_eq!(best.clone().load(&writers).using(on).await?.ids(), [vec![], vec![4], vec![2], vec![2]]);
        assert_eq!(best.with(Book::labels).load(&writers[1..3]).using(on).await?.ids(), [vec![(4, vec!["Y".to_owned(), "x".to_owned(), "z".to_owned()])], vec![(2, vec!["Y".to_owned()])]]);
        assert_eq!(Writer::books.filter(Book::id.gt(3)).load([&writers[1]]).using(on).await?.ids(), [vec![4]]);
        let loaded: Vec<(Writer, Vec<Book>)> = Writer::objects().using(on).prefetch_related(Writer::books).order_by(Writer::id).all().await?;
        assert_eq!(Writer::edited.order_by(Book::id).load(loaded.iter().map(|(writer, _)| writer)).using(on).await?.ids(), [vec![], vec![1, 4, 5], vec![3]]);
        assert_eq!(Book::labels.load(&books[1]).using(on).await?.ids(), [["Y", "x", "z"].map(str::to_owned)]);
        log.take().clear();
        assert_eq!(Writer::books.load(Vec::<Writer>::new()).using(on).await?, Vec::<Vec<Book>>::new());
        assert_eq!(log.take(), []);
        // Of a linked row, as of any other query.
        let linked = Book::labels.of(&loaded[1].1[0]).using(on).order_by(Label::word).prefetch_related(Label::books.order_by(Book::id)).all().await?;
        assert_eq!(linked.ids(), [("Y".to_owned(), vec![2, 4]), ("x".to_owned(), vec![1, 4]), ("z".to_owned(), vec![4])]);
        let sql = Writer::books.limit(2).load(&writers).to_sql(Backend::Postgres)?;
        assert!(sql.contains("ROW_NUMBER() OVER") && sql.contains("ANY($"), "{sql}");
        Ok(())
    }

    /// All statements go to one connection: that of the pool, of the transaction around, of the one that is given.
    async fn one_connection(db: &TestDb) -> Outcome {
        fill(db).await?;
        let tree = || Writer::objects().order_by(Writer::id).prefetch_related(Writer::books.order_by(Book::id).with(Book::remarks));
        let small = Database::open("prefetch_one", DatabaseOptions::url(db.url()).pool(PoolOptions::new().max_connections(1))).await?;
        let (one, two) = tokio::try_join!(tree().using(&small).all(), tree().using(&small).all())?;
        assert_eq!((one.len(), &one), (3, &two));
        assert_eq!(small.pool_stats().map(|stats| (stats.size, stats.in_use)), Some((1, 0)));
        let new = || NewBook::new(9_i64, 3);
        let seen = atomic(async |tx: Tx| {
            Book::objects().using(&small).create(new()).await?;
            let around = tree().using(&small).all().await?;
            let given = tree().using(&tx).all().await?;
            let hand = Writer::books.load([&around[2].0]).using(&tx).await?;
            assert_eq!(hand.ids(), [[9]]);
            assert_eq!(around, given);
            Ok::<_, orm::Error>(given[2].ids())
        })
        .using(&small)
        .await?;
        assert_eq!(seen, (3, vec![(9, vec![])]));
        assert_eq!(small.pool_stats().map(|stats| (stats.size, stats.in_use)), Some((1, 0)));
        small.close().await?;
        // The user's own connection, lent for the query.
        match db.kind() {
            Kind::Sqlite => {
                let path = db.path().ok_or("a file")?;
                let mut own = <sqlx::SqliteConnection as sqlx::Connection>::connect(&format!("sqlite://{}", path.display())).await?;
                assert_eq!(tree().using(&mut own).all().await?.len(), 3);
                assert_eq!(Writer::books.load([&one[1].0]).using(&mut own).await?.ids(), [[4]]);
            }
            Kind::Postgres => {
                let mut own = <sqlx::PgConnection as sqlx::Connection>::connect(db.url()).await?;
                assert_eq!(tree().using(&mut own).all().await?.len(), 3);
                assert_eq!(Writer::books.load([&one[1].0]).using(&mut own).await?.ids(), [[4]]);
            }
            Kind::MariaDb | Kind::MySql => {
                let mut own = <sqlx::MySqlConnection as sqlx::Connection>::connect(db.url()).await?;
                assert_eq!(tree().using(&mut own).all().await?.len(), 3);
                assert_eq!(Writer::books.load([&one[1].0]).using(&mut own).await?.ids(), [[4]]);
            }
        }
        Ok(())
    }

    /// Given up at any point: nothing is left open, nothing is lost, the next query runs.
    async fn dropped_at_every_poll(db: &TestDb) -> Outcome {
        use std::future::{Future, IntoFuture};
        use std::task::Poll;

        fill(db).await?;
        let small = Database::open("prefetch_dropped", DatabaseOptions::url(db.url()).pool(PoolOptions::new().max_connections(1))).await?;
        let tree = || Writer::objects().using(&small).prefetch_related(Writer::books.with(Book::remarks)).prefetch_related(Writer::friends);
        let mut finished = false;
        for polls in 0..400 {
            let mut future = Box::pin(tree().all().into_future());
            let mut left = polls;
            let done = std::future::poll_fn(|context| {
                if left == 0 {
                    return Poll::Ready(None);
                }
                left -= 1;
                future.as_mut().poll(context).map(Some)
            })
            .await;
            drop(future);
            assert_eq!(tree().count().await?, 3);
            if let Some(outcome) = done {
                assert_eq!(outcome?.len(), 3);
                finished = true;
                break;
            }
        }
        assert!(finished, "four hundred polls were not enough");
        small.close().await?;
        Ok(())
    }

    /// More rows than a statement takes keys: as many statements as there have to be, and no row lost.
    async fn more_keys_than_a_statement_takes(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&TABLES).await?;
        let rows = 70_000_i64;
        Writer::objects().using(on).bulk_create((1..=rows).map(|id| NewWriter::new(id, "w"))).await?;
        let books = (1..=rows).filter(|id| id % 1_000 == 0).flat_map(|id| [NewBook::new(id, id), NewBook::new(id + 1, id)]);
        Book::objects().using(on).bulk_create(books).await?;
        let log = StatementLog::start();
        let found = Writer::objects().using(on).prefetch_related(Writer::books.with(Book::remarks)).order_by(Writer::id).all().await?;
        let wanted = match db.kind() {
            Kind::Postgres => 3,
            // 32 766 and 65 535 values.
            Kind::Sqlite => 5,
            Kind::MariaDb | Kind::MySql => 4,
        };
        assert_eq!(log.take().len(), wanted);
        assert_eq!(i64::try_from(found.len()), Ok(rows));
        for (writer, books) in &found {
            let ids = if writer.id % 1_000 == 0 { vec![writer.id, writer.id + 1] } else { vec![] };
            assert_eq!(books.iter().map(|(book, _)| book.id).collect::<Vec<_>>(), ids);
        }
        // A list that fits is not split, however near to the limit.
        let some: Vec<_> = found.into_iter().take(30_000).map(|(writer, _)| writer).collect();
        log.take().clear();
        assert_eq!(Writer::books.load(&some).using(on).await?.concat().len(), 60);
        assert_eq!(log.take().len(), 1);
        // Beside many other values it has to be.
        let ids: Vec<i64> = (1..=9_000).collect();
        let many = Writer::books.filter(Book::id.in_(&ids)).filter(Book::id.not_in([5])).load(&some).using(on).await?;
        assert_eq!(many.concat().len(), 17);
        Ok(())
    }

    /// In a thread without a runtime.
    async fn blocking(db: &TestDb) -> Outcome {
        fill(db).await?;
        let handle = db.handle().clone();
        let rows = std::thread::spawn(move || {
            let rows = Writer::objects().using(&handle).order_by(Writer::id).prefetch_related(Writer::books.limit(1)).all().blocking()?;
            let hand = Writer::edited.limit(1).load(rows.iter().map(|(writer, _)| writer)).using(&handle).blocking()?;
            Ok::<_, orm::Error>((rows, hand))
        });
        let (rows, hand) = tokio::task::spawn_blocking(move || rows.join()).await?.map_err(|_| "panicked")??;
        assert_eq!(rows.ids(), [(1, vec![2]), (2, vec![4]), (3, vec![])]);
        assert_eq!(hand.ids(), [vec![], vec![4], vec![3]]);
        Ok(())
    }

    /// Errors of related rows name their model, and leave the connection as it was.
    async fn errors(db: &TestDb) -> Outcome {
        fill(db).await?;
        let on = db.handle();
        db.oracle("DELETE FROM pre_remark").await?;
        db.oracle("DROP TABLE pre_remark").await?;
        let error = Book::objects().using(on).prefetch_related(Book::remarks).all().await.unwrap_err();
        assert_eq!(error.model(), Some("Remark"), "{error:?}");
        assert!(error.database().is_some());
        let text = if matches!(db.kind(), Kind::MySql | Kind::MariaDb) { "VARCHAR(20)" } else { "TEXT" };
        db.oracle(&format!("CREATE TABLE pre_remark (id BIGINT, book_id BIGINT, by_id {text})")).await?;
        db.oracle("INSERT INTO pre_remark VALUES (1, 1, 'x')").await?;
        let error = Book::objects().using(on).prefetch_related(Book::said.annotate(Said::id)).filter(Book::id.eq(1)).all().await?;
        assert_eq!(error[0].1[0].1, 1);
        assert_eq!(Book::objects().using(on).prefetch_related(Book::labels).count().await?, 5);
        Ok(())
    }
}
