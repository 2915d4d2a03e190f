//! Random conditions over several models, with relations within relations, against the same predicate in Rust.
//!
//! The predicate is two-valued. It is also computed as SQL would by itself, with unknown values: how often that is
//! another answer is counted, so that it is known that a wrong negation would be found.

use orm::model::Table;
use orm::prelude::*;
use orm_tests::{Outcome, TestDb, cases};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Somebody who writes.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rq_author")]
pub(crate) struct Author {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 20)]
    pub name: String,
    pub age: Option<i32>,
    #[field(related_name = pupils)]
    pub mentor: Option<ForeignKey<Author>>,
}

/// Something written.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rq_book", many_to_many(tags: Tag, related_name = books))]
pub(crate) struct Book {
    #[field(primary_key)]
    pub id: i64,
    #[field(related_name = books)]
    pub author: ForeignKey<Author>,
    #[field(related_name = edited)]
    pub editor: Option<ForeignKey<Author>>,
    #[field(max_length = 20)]
    pub title: Option<String>,
    pub pages: i32,
    pub price: Option<i32>,
}

/// A word for a book.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rq_tag")]
pub(crate) struct Tag {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 20)]
    pub word: Option<String>,
}

const TABLES: [&Table; 4] = [Author::TABLE, Tag::TABLE, Book::TABLE, BookTags::TABLE];

/// What is compared.
#[derive(Debug, Clone, Copy)]
enum Op {
    Eq,
    Ne,
    Lt,
    Ge,
}

/// What is asked of a text.
#[derive(Debug, Clone)]
enum TextIs {
    Eq(Option<&'static str>),
    Ne(Option<&'static str>),
    Starts(&'static str),
    Contains(&'static str),
    In(Vec<&'static str>),
}

/// A condition on an author.
#[derive(Debug, Clone)]
enum OfAuthor {
    Name(TextIs),
    Age(Op, Option<i32>),
    MentorName(TextIs),
    MentorsMentorAge(Op, Option<i32>),
    AnyBook(Box<OfBook>),
    AllBooks(Box<OfBook>),
    NoEdited(Box<OfBook>),
    Pupils(Op, i64),
    MostPages(Op, i32),
    Not(Box<OfAuthor>),
    All(Vec<OfAuthor>),
    Any(Vec<OfAuthor>),
}

/// A condition on a book.
#[derive(Debug, Clone)]
enum OfBook {
    Title(TextIs),
    Pages(Op, i32),
    Price(Op, Option<i32>),
    PriceAndPages(Op),
    PriceNotIn(Vec<i32>),
    AuthorAge(Op, Option<i32>),
    EditorName(TextIs),
    EditorsMentorAge(Op, Option<i32>),
    AnyTag(Box<OfTag>),
    AllTags(Box<OfTag>),
    NoTag(Box<OfTag>),
    Tags(Op, i64),
    Not(Box<OfBook>),
    All(Vec<OfBook>),
    Any(Vec<OfBook>),
}

/// A condition on a tag.
#[derive(Debug, Clone)]
enum OfTag {
    Word(TextIs),
    InManyBooks,
    Not(Box<OfTag>),
}

/// All rows.
struct Rows {
    authors: Vec<Author>,
    books: Vec<Book>,
    tags: Vec<Tag>,
    pairs: Vec<(i64, i64)>,
}

/// How unknown values are taken: as false where they are compared, or as SQL does.
#[derive(Clone, Copy, PartialEq)]
enum Logic {
    Two,
    Three,
}

/// True, false, or unknown.
type Truth = Option<bool>;

impl Logic {
    fn op<T: PartialOrd>(self, op: Op, left: Option<&T>, right: Option<&T>) -> Truth {
        let known = || {
            let (left, right) = left.zip(right)?;
            Some(match op {
                Op::Eq => left == right,
                Op::Ne => left != right,
                Op::Lt => left < right,
                Op::Ge => left >= right,
            })
        };
        match self {
            Self::Three => known(),
            // What is not there is equal to what is not, and differs from all else.
            Self::Two => Some(match op {
                Op::Eq => left == right,
                Op::Ne => left != right,
                Op::Lt | Op::Ge => known().unwrap_or(false),
            }),
        }
    }

    /// A column beside a column: NULL equals nothing, NULL itself among it.
    fn columns(self, op: Op, left: Option<i32>, right: Option<i32>) -> Truth {
        match (self, op, left.zip(right)) {
            (Self::Two, Op::Eq, None) => Some(false),
            (Self::Two, Op::Ne, None) => Some(true),
            _ => self.op(op, left.as_ref(), right.as_ref()),
        }
    }

    fn text(self, asked: &TextIs, text: Option<&str>) -> Truth {
        let part = |found: fn(&str, &str) -> bool, part: &str| {
            let known = text.map(|text| found(text, part));
            if self == Self::Two { Some(known.unwrap_or(false)) } else { known }
        };
        match asked {
            TextIs::Eq(wanted) => self.op(Op::Eq, text.as_ref(), wanted.as_ref()),
            TextIs::Ne(wanted) => self.op(Op::Ne, text.as_ref(), wanted.as_ref()),
            TextIs::Starts(start) => part(|text, start| text.starts_with(start), start),
            TextIs::Contains(wanted) => part(|text, wanted| text.contains(wanted), wanted),
            TextIs::In(words) => match (text, self) {
                (Some(text), _) => Some(words.contains(&text)),
                (None, Self::Two) => Some(false),
                (None, Self::Three) => (words.is_empty()).then_some(false),
            },
        }
    }

    fn not(truth: Truth) -> Truth {
        truth.map(|truth| !truth)
    }

    fn all(truths: impl Iterator<Item = Truth>) -> Truth {
        let truths: Vec<_> = truths.collect();
        if truths.contains(&Some(false)) {
            return Some(false);
        }
        (!truths.contains(&None)).then_some(true)
    }

    fn any(truths: impl Iterator<Item = Truth>) -> Truth {
        Self::not(Self::all(truths.map(Self::not)))
    }
}

impl Rows {
    fn author(&self, key: Option<&ForeignKey<Author>>) -> Option<&Author> {
        key.and_then(|key| self.authors.iter().find(|author| author.id == *key.key()))
    }

    fn tags_of(&self, book: &Book) -> Vec<&Tag> {
        let is_of = |tag: &&Tag| self.pairs.contains(&(book.id, tag.id));
        self.tags.iter().filter(is_of).collect()
    }
}

impl OfTag {
    fn condition(&self) -> Q<Tag> {
        match self {
            Self::Word(asked) => match asked {
                TextIs::Eq(word) => Tag::word.eq(word.map(str::to_owned)),
                TextIs::Ne(word) => Tag::word.ne(word.map(str::to_owned)),
                TextIs::Starts(start) => Tag::word.starts_with(*start),
                TextIs::Contains(part) => Tag::word.contains(*part),
                TextIs::In(words) => Tag::word.in_(words.iter().copied()),
            },
            Self::InManyBooks => Tag::books.count().ge(3),
            Self::Not(inner) => !inner.condition(),
        }
    }

    fn holds(&self, rows: &Rows, tag: &Tag, logic: Logic) -> Truth {
        match self {
            Self::Word(asked) => logic.text(asked, tag.word.as_deref()),
            Self::InManyBooks => Some(rows.pairs.iter().filter(|(_, id)| *id == tag.id).count() >= 3),
            Self::Not(inner) => Logic::not(inner.holds(rows, tag, logic)),
        }
    }
}

macro_rules! compared {
    ($column:expr, $op:expr, $value:expr) => {
        match $op {
            Op::Eq => $column.eq($value),
            Op::Ne => $column.ne($value),
            Op::Lt => $column.lt($value),
            Op::Ge => $column.ge($value),
        }
    };
}

macro_rules! text {
    ($column:expr, $asked:expr) => {
        match $asked {
            TextIs::Eq(word) => $column.eq(word.map(str::to_owned)),
            TextIs::Ne(word) => $column.ne(word.map(str::to_owned)),
            TextIs::Starts(start) => $column.starts_with(*start),
            TextIs::Contains(part) => $column.contains(*part),
            TextIs::In(words) => $column.in_(words.iter().copied()),
        }
    };
}

impl OfBook {
    fn condition(&self) -> Q<Book> {
        match self {
            Self::Title(asked) => text!(Book::title, asked),
            Self::Pages(op, pages) => compared!(Book::pages, op, *pages),
            Self::Price(op, price) => compared!(Book::price, op, *price),
            Self::PriceAndPages(op) => compared!(Book::price, op, Book::pages),
            Self::PriceNotIn(prices) => Book::price.not_in(prices),
            Self::AuthorAge(op, age) => compared!(Book::author.to(Author::age), op, *age),
            Self::EditorName(asked) => text!(Book::editor.to(Author::name), asked),
            Self::EditorsMentorAge(op, age) => {
                compared!(Book::editor.to(Author::mentor).to(Author::age), op, *age)
            }
            Self::AnyTag(of) => Book::tags.any(of.condition()),
            Self::AllTags(of) => Book::tags.all(of.condition()),
            Self::NoTag(of) => Book::tags.none(of.condition()),
            Self::Tags(op, count) => compared!(Book::tags.count(), op, *count),
            Self::Not(inner) => !inner.condition(),
            Self::All(inner) => Q::all_of(inner.iter().map(Self::condition)),
            Self::Any(inner) => Q::any_of(inner.iter().map(Self::condition)),
        }
    }

    fn holds(&self, rows: &Rows, book: &Book, logic: Logic) -> Truth {
        let tags = |of: &OfTag| -> Vec<_> {
            rows.tags_of(book).into_iter().map(|tag| of.holds(rows, tag, logic) == Some(true)).collect()
        };
        let editor = rows.author(book.editor.as_ref());
        match self {
            Self::Title(asked) => logic.text(asked, book.title.as_deref()),
            Self::Pages(op, pages) => logic.op(*op, Some(&book.pages), Some(pages)),
            Self::Price(op, price) => logic.op(*op, book.price.as_ref(), price.as_ref()),
            Self::PriceAndPages(op) => logic.columns(*op, book.price, Some(book.pages)),
            Self::PriceNotIn(prices) => match (book.price, logic) {
                (Some(price), _) => Some(!prices.contains(&price)),
                (None, Logic::Two) => Some(true),
                (None, Logic::Three) => prices.is_empty().then_some(true),
            },
            Self::AuthorAge(op, age) => {
                let author = rows.author(Some(&book.author));
                logic.op(*op, author.and_then(|author| author.age).as_ref(), age.as_ref())
            }
            Self::EditorName(asked) => logic.text(asked, editor.map(|editor| editor.name.as_str())),
            Self::EditorsMentorAge(op, age) => {
                let mentor = rows.author(editor.and_then(|editor| editor.mentor.as_ref()));
                logic.op(*op, mentor.and_then(|mentor| mentor.age).as_ref(), age.as_ref())
            }
            Self::AnyTag(of) => Some(tags(of).contains(&true)),
            Self::AllTags(of) => Some(!tags(of).contains(&false)),
            Self::NoTag(of) => Some(!tags(of).contains(&true)),
            Self::Tags(op, count) => {
                logic.op(*op, i64::try_from(rows.tags_of(book).len()).ok().as_ref(), Some(count))
            }
            Self::Not(inner) => Logic::not(inner.holds(rows, book, logic)),
            Self::All(inner) => Logic::all(inner.iter().map(|inner| inner.holds(rows, book, logic))),
            Self::Any(inner) => Logic::any(inner.iter().map(|inner| inner.holds(rows, book, logic))),
        }
    }
}

impl OfAuthor {
    fn condition(&self) -> Q<Author> {
        match self {
            Self::Name(asked) => text!(Author::name, asked),
            Self::Age(op, age) => compared!(Author::age, op, *age),
            Self::MentorName(asked) => text!(Author::mentor.to(Author::name), asked),
            Self::MentorsMentorAge(op, age) => {
                compared!(Author::mentor.to(Author::mentor).to(Author::age), op, *age)
            }
            Self::AnyBook(of) => Author::books.any(of.condition()),
            Self::AllBooks(of) => Author::books.all(of.condition()),
            Self::NoEdited(of) => Author::edited.none(of.condition()),
            Self::Pupils(op, count) => compared!(Author::pupils.count(), op, *count),
            Self::MostPages(op, pages) => compared!(Author::books.aggregate(max(Book::pages)), op, *pages),
            Self::Not(inner) => !inner.condition(),
            Self::All(inner) => Q::all_of(inner.iter().map(Self::condition)),
            Self::Any(inner) => Q::any_of(inner.iter().map(Self::condition)),
        }
    }

    fn holds(&self, rows: &Rows, author: &Author, logic: Logic) -> Truth {
        let mentor = rows.author(author.mentor.as_ref());
        let is = |key: &ForeignKey<Author>| *key.key() == author.id;
        let holds = |of: &OfBook, book: &Book| of.holds(rows, book, logic) == Some(true);
        let books = || rows.books.iter().filter(|book| is(&book.author));
        match self {
            Self::Name(asked) => logic.text(asked, Some(&author.name)),
            Self::Age(op, age) => logic.op(*op, author.age.as_ref(), age.as_ref()),
            Self::MentorName(asked) => logic.text(asked, mentor.map(|mentor| mentor.name.as_str())),
            Self::MentorsMentorAge(op, age) => {
                let above = rows.author(mentor.and_then(|mentor| mentor.mentor.as_ref()));
                logic.op(*op, above.and_then(|above| above.age).as_ref(), age.as_ref())
            }
            Self::AnyBook(of) => Some(books().any(|book| holds(of, book))),
            Self::AllBooks(of) => Some(books().all(|book| holds(of, book))),
            Self::NoEdited(of) => {
                let mut edited = rows.books.iter().filter(|book| book.editor.as_ref().is_some_and(is));
                Some(!edited.any(|book| holds(of, book)))
            }
            Self::Pupils(op, count) => {
                let pupils =
                    rows.authors.iter().filter(|other| other.mentor.as_ref().is_some_and(is)).count();
                logic.op(*op, i64::try_from(pupils).ok().as_ref(), Some(count))
            }
            Self::MostPages(op, pages) => {
                logic.op(*op, books().map(|book| book.pages).max().as_ref(), Some(pages))
            }
            Self::Not(inner) => Logic::not(inner.holds(rows, author, logic)),
            Self::All(inner) => Logic::all(inner.iter().map(|inner| inner.holds(rows, author, logic))),
            Self::Any(inner) => Logic::any(inner.iter().map(|inner| inner.holds(rows, author, logic))),
        }
    }

    /// Whether there is a negation within one, and whether related rows are asked about.
    fn marks(&self, negated: bool, found: &mut (bool, bool)) {
        match self {
            Self::Not(inner) => {
                found.0 |= negated;
                inner.marks(true, found);
            }
            Self::All(inner) | Self::Any(inner) => inner.iter().for_each(|inner| inner.marks(negated, found)),
            Self::AnyBook(_)
            | Self::AllBooks(_)
            | Self::NoEdited(_)
            | Self::Pupils(..)
            | Self::MostPages(..) => {
                found.1 = true;
            }
            Self::Name(_) | Self::Age(..) | Self::MentorName(_) | Self::MentorsMentorAge(..) => {}
        }
    }
}

const WORDS: [&str; 8] = ["", "a", "A", "ab", "%", "_b", "\\", "ä"];

fn op() -> impl Strategy<Value = Op> + Clone {
    prop_oneof![Just(Op::Eq), Just(Op::Ne), Just(Op::Lt), Just(Op::Ge)]
}

fn number() -> impl Strategy<Value = Option<i32>> + Clone {
    prop::option::weighted(0.8, 0..6_i32)
}

fn text() -> impl Strategy<Value = TextIs> + Clone {
    let word = prop::sample::select(WORDS.to_vec());
    let some = prop::option::weighted(0.8, word.clone());
    prop_oneof![
        some.clone().prop_map(TextIs::Eq),
        some.prop_map(TextIs::Ne),
        word.clone().prop_map(TextIs::Starts),
        word.clone().prop_map(TextIs::Contains),
        prop::collection::vec(word, 0..4).prop_map(TextIs::In),
    ]
}

fn of_tag() -> impl Strategy<Value = OfTag> + Clone {
    let leaf = prop_oneof![3 => text().prop_map(OfTag::Word), 1 => Just(OfTag::InManyBooks)];
    leaf.prop_recursive(2, 3, 1, |inner| inner.prop_map(|inner| OfTag::Not(Box::new(inner))))
}

fn of_book() -> impl Strategy<Value = OfBook> + Clone {
    let tag = || of_tag().prop_map(Box::new);
    let leaf = prop_oneof![
        text().prop_map(OfBook::Title),
        (op(), 0..6).prop_map(|(op, pages)| OfBook::Pages(op, pages)),
        (op(), number()).prop_map(|(op, price)| OfBook::Price(op, price)),
        op().prop_map(OfBook::PriceAndPages),
        prop::collection::vec(0..6_i32, 0..4).prop_map(OfBook::PriceNotIn),
        (op(), number()).prop_map(|(op, age)| OfBook::AuthorAge(op, age)),
        text().prop_map(OfBook::EditorName),
        (op(), number()).prop_map(|(op, age)| OfBook::EditorsMentorAge(op, age)),
        tag().prop_map(OfBook::AnyTag),
        tag().prop_map(OfBook::AllTags),
        tag().prop_map(OfBook::NoTag),
        (op(), 0..4_i64).prop_map(|(op, count)| OfBook::Tags(op, count)),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| OfBook::Not(Box::new(inner))),
            prop::collection::vec(inner.clone(), 0..3).prop_map(OfBook::All),
            prop::collection::vec(inner, 0..3).prop_map(OfBook::Any),
        ]
    })
}

fn of_author() -> impl Strategy<Value = OfAuthor> {
    let book = || of_book().prop_map(Box::new);
    let leaf = prop_oneof![
        1 => text().prop_map(OfAuthor::Name),
        2 => (op(), number()).prop_map(|(op, age)| OfAuthor::Age(op, age)),
        2 => text().prop_map(OfAuthor::MentorName),
        2 => (op(), number()).prop_map(|(op, age)| OfAuthor::MentorsMentorAge(op, age)),
        2 => book().prop_map(OfAuthor::AnyBook),
        2 => book().prop_map(OfAuthor::AllBooks),
        1 => book().prop_map(OfAuthor::NoEdited),
        1 => (op(), 0..4_i64).prop_map(|(op, count)| OfAuthor::Pupils(op, count)),
        1 => (op(), 0..6_i32).prop_map(|(op, pages)| OfAuthor::MostPages(op, pages)),
    ];
    leaf.prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            3 => inner.clone().prop_map(|inner| OfAuthor::Not(Box::new(inner))),
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(OfAuthor::All),
            1 => prop::collection::vec(inner, 0..4).prop_map(OfAuthor::Any),
        ]
    })
}

/// Makes rows at random, and gives what is there.
async fn fill(
    db: &TestDb,
    runner: &mut TestRunner,
) -> Result<Rows, Box<dyn std::error::Error + Send + Sync>> {
    let on = db.handle();
    for book in Book::objects().using(on).all().await? {
        Book::tags.of(&book).using(on).clear().await?;
    }
    Book::objects().using(on).delete_all().await?;
    Tag::objects().using(on).delete_all().await?;
    Author::objects().using(on).update_all(Author::mentor.set(None)).await?;
    Author::objects().using(on).delete_all().await?;
    let index = any::<prop::sample::Index>;
    let word = || prop::sample::select(WORDS.to_vec());
    let author = (word(), number(), prop::option::of(index()));
    let book = (index(), prop::option::of(index()), prop::option::of(word()), 0..6_i32, number());
    let all = (
        prop::collection::vec(author, 4..12),
        prop::collection::vec(book, 0..25),
        prop::collection::vec(prop::option::of(word()), 1..5),
        prop::collection::vec((index(), index()), 0..40),
    );
    let (authors, books, tags, pairs) = all.new_tree(runner).map_err(|reason| reason.to_string())?.current();
    let mut made: Vec<Author> = Vec::new();
    for (name, age, mentor) in authors {
        let mentor = mentor.filter(|_| !made.is_empty()).map(|mentor| ForeignKey::from(mentor.get(&made)));
        made.push(Author::objects().using(on).create(NewAuthor::new(name).age(age).mentor(mentor)).await?);
    }
    let new = books.iter().map(|(author, editor, title, pages, price)| {
        let editor = editor.map(|editor| ForeignKey::from(editor.get(&made)));
        NewBook::new(author.get(&made), *pages).editor(editor).title(title.map(str::to_owned)).price(*price)
    });
    Book::objects().using(on).bulk_create(new).await?;
    let books = Book::objects().using(on).order_by(Book::id).all().await?;
    Tag::objects()
        .using(on)
        .bulk_create(tags.iter().map(|word| NewTag::new().word(word.map(str::to_owned))))
        .await?;
    let tags = Tag::objects().using(on).order_by(Tag::id).all().await?;
    if !books.is_empty() {
        for (book, tag) in pairs {
            Book::tags.of(book.get(&books)).using(on).add(tag.get(&tags)).await?;
        }
    }
    let pairs = db.oracle("SELECT book_id, tag_id FROM rq_book_tags").await?;
    let number = |cell: &Option<String>| cell.as_deref().and_then(|cell| cell.parse().ok());
    let pairs = pairs.iter().filter_map(|row| number(&row[0]).zip(number(&row[1]))).collect();
    Ok(Rows { authors: made, books, tags, pairs })
}

cases! {
    /// `filter`, `exclude`, `count`, `exists`, a selected condition and a page of the rows are those of the predicate.
    async fn agree_with_rust(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&TABLES).await?;
        let full = std::env::var_os("ORM_TEST_FULL").is_some();
        let (worlds, wishes) = if full { (25, 100) } else { (3, 50) };
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[23; 32]);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let strategy = of_author();
        // Conditions that tell rows apart, would be wrong in SQL's own logic, negate within a negation, ask related rows.
        let (mut apart, mut unknown, mut nested, mut related) = (0, 0, 0, 0);
        for _ in 0..worlds {
            let rows = fill(db, &mut runner).await?;
            for _ in 0..wishes {
                let wanted = strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
                let holds = |author: &Author, logic| wanted.holds(&rows, author, logic) == Some(true);
                let expected: Vec<i64> = rows.authors.iter().filter(|author| holds(author, Logic::Two)).map(|author| author.id).collect();
                let said = |error: orm::Error| format!("{wanted:?}: {error:?}");
                let all = || Author::objects().using(on).order_by(Author::id);
                let found = all().filter(wanted.condition());
                assert_eq!(found.clone().select(Author::id).all().await.map_err(said)?, expected, "{wanted:?}\n{found:?}");
                let others = all().exclude(wanted.condition()).select(Author::id).all().await.map_err(said)?;
                let rest: Vec<i64> = rows.authors.iter().map(|author| author.id).filter(|id| !expected.contains(id)).collect();
                assert_eq!(others, rest, "{wanted:?}");
                assert_eq!(found.clone().count().await.map_err(said)?, expected.len() as u64, "{wanted:?}");
                assert_eq!(found.clone().exists().await.map_err(said)?, !expected.is_empty(), "{wanted:?}");
                let selected = all().select((Author::id, wanted.condition())).all().await.map_err(said)?;
                assert!(selected.iter().all(|(id, holds)| *holds == expected.contains(id)), "{wanted:?}");
                let page = found.clone().offset(1).limit(2);
                assert_eq!(page.clone().count().await.map_err(said)?, expected.iter().skip(1).take(2).count() as u64);
                let shown = format!("{page:?}");
                let page = page.select(Author::id).all().await.map_err(said)?;
                assert_eq!(page, expected.iter().skip(1).take(2).copied().collect::<Vec<_>>(), "{wanted:?} {expected:?}\n{shown}");

                apart += usize::from(!expected.is_empty() && expected.len() < rows.authors.len());
                unknown += usize::from(rows.authors.iter().any(|author| holds(author, Logic::Two) != holds(author, Logic::Three)));
                let mut marks = (false, false);
                wanted.marks(false, &mut marks);
                nested += usize::from(marks.0);
                related += usize::from(marks.1);
            }
        }
        let cases = worlds * wishes;
        println!("{cases} conditions: {apart} tell rows apart, {unknown} differ by NULLs, {nested} with nested negations, {related} over related rows");
        assert!(apart * 3 > cases, "only {apart} of {cases} tell rows apart");
        assert!(unknown * 10 > cases, "only {unknown} of {cases} would be wrong if NULL were unknown");
        assert!(nested * 10 > cases, "only {nested} of {cases} have nested negations");
        assert!(related * 3 > cases, "only {related} of {cases} ask related rows");
        Ok(())
    }
}
