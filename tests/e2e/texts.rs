//! Text compares, sorts and groups by code point, and is as long as it has characters.

use std::collections::{BTreeMap, BTreeSet};

use orm::prelude::*;
use orm::{Error, ErrorKind};
use orm_tests::{Outcome, TestDb, cases};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// A word that others refer to.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "words", new(Debug, Clone))]
pub struct Word {
    /// The key.
    #[field(primary_key, max_length = 8)]
    pub word: String,
}

/// Texts, short and long.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "texts", new(Debug, Clone))]
pub struct Texts {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// With an index.
    #[field(max_length = 8, index)]
    pub short: String,
    /// Of any length.
    pub long: String,
    /// Perhaps.
    pub maybe: Option<String>,
    /// A key that is text.
    #[field(related_name = texts)]
    pub word: ForeignKey<Word>,
}

/// Of one length, unique.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lengths", new(Debug, Clone))]
pub struct Length {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// At most four.
    #[field(max_length = 4, unique)]
    pub text: String,
    /// Of any length.
    #[field(default = "")]
    pub source: String,
    /// Longer than a `VARCHAR` of MySQL.
    #[field(max_length = 20_000)]
    pub huge: Option<String>,
}

/// Text that some collation or pattern takes for another: wildcards, blanks, marks that combine or are ignored, letters
/// that fold, the ends of the planes (astral characters sort below the end of the BMP in UTF-16).
const PARTS: [&str; 28] = [
    "",
    "a",
    "A",
    "b",
    "z",
    "Z",
    " ",
    "%",
    "_",
    "\\",
    "|",
    "'",
    "\t",
    "\n",
    "é",
    "e\u{301}",
    "ß",
    "ss",
    "\u{ad}",
    "\u{200b}",
    "\u{feff}",
    "ａ",
    "\u{d7ff}",
    "\u{e000}",
    "\u{fffd}",
    "\u{ffff}",
    "😀",
    "\u{10ffff}",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PARTS.to_vec()), 0..4).prop_map(|parts| parts.concat())
}

fn values<S: Strategy>(strategy: &S, count: usize, seed: u8) -> Result<Vec<S::Value>, String> {
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    (0..count)
        .map(|_| Ok(strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current()))
        .collect()
}

async fn random_rows(db: &TestDb) -> Result<Vec<Texts>, Box<dyn std::error::Error + Send + Sync>> {
    db.handle().create_tables(&[Word::TABLE, Texts::TABLE]).await?;
    let rows = values(&(text(), text(), prop::option::weighted(0.8, text()), text()), 120, 11)?;
    let words: BTreeSet<String> = rows.iter().map(|(.., word)| word.clone()).collect();
    Word::objects().using(db.handle()).bulk_create(words.into_iter().map(NewWord::new)).await?;
    let rows =
        rows.into_iter().map(|(short, long, maybe, word)| NewTexts::new(short, long, word).maybe(maybe));
    let texts = Texts::objects().using(db.handle());
    texts.clone().bulk_create(rows).await?;
    Ok(texts.order_by(Texts::id).all().await?)
}

/// The question, and the answer in Rust.
type Question = (Q<Texts>, Box<dyn Fn(&Texts) -> bool>);

fn asks(question: Q<Texts>, answer: impl Fn(&Texts) -> bool + 'static) -> Question {
    (question, Box::new(answer))
}

/// Each comparison and look-up, with values, columns and expressions.
fn questions(x: &str, y: &str) -> Vec<Question> {
    let (own, low, high) = (x.to_owned(), x.to_owned(), y.to_owned());
    let w = move || own.clone();
    let some = |f: fn(&str, &str) -> bool, w: String| {
        move |t: &Texts| t.maybe.as_deref().is_some_and(|maybe| f(maybe, &w))
    };
    vec![
        asks(Texts::short.eq(x), {
            let w = w();
            move |t| t.short == w
        }),
        asks(Texts::long.ne(x), {
            let w = w();
            move |t| t.long != w
        }),
        asks(Texts::short.lt(x), {
            let w = w();
            move |t| t.short < w
        }),
        asks(Texts::long.le(x), {
            let w = w();
            move |t| t.long <= w
        }),
        asks(Texts::maybe.gt(x), some(|a, b| a > b, w())),
        asks(Texts::maybe.ge(x), some(|a, b| a >= b, w())),
        asks(Texts::short.contains(x), {
            let w = w();
            move |t| t.short.contains(&w)
        }),
        asks(Texts::short.starts_with(x), {
            let w = w();
            move |t| t.short.starts_with(&w)
        }),
        asks(Texts::short.ends_with(x), {
            let w = w();
            move |t| t.short.ends_with(&w)
        }),
        asks(Texts::maybe.contains(x), some(|a, b| a.contains(b), w())),
        asks(Texts::maybe.starts_with(x), some(|a, b| a.starts_with(b), w())),
        asks(Texts::maybe.ends_with(x), some(|a, b| a.ends_with(b), w())),
        asks(Texts::short.between(x, y), move |t| low <= t.short && t.short <= high),
        asks(Texts::long.in_([x, y, "a"]), {
            let (w, y) = (w(), y.to_owned());
            move |t| [&*w, &*y, "a"].contains(&&*t.long)
        }),
        asks(Texts::maybe.not_in([x, y]), {
            let (w, y) = (w(), y.to_owned());
            move |t| t.maybe.as_ref().is_none_or(|m| *m != w && *m != y)
        }),
        asks(Texts::word.eq(x), {
            let w = w();
            move |t| *t.word.key() == w
        }),
        asks(Texts::word.to(Word::word).gt(x), {
            let w = w();
            move |t| *t.word.key() > w
        }),
        asks(Texts::word.to(Word::word).eq(Texts::long), |t| *t.word.key() == t.long),
        asks(Texts::short.eq(Texts::long), |t| t.short == t.long),
        asks(Texts::short.lt(Texts::long), |t| t.short < t.long),
        asks(Texts::long.ge(Texts::maybe), |t| t.maybe.as_ref().is_some_and(|maybe| t.long >= *maybe)),
        asks(Texts::long.contains(Texts::short), |t| t.long.contains(&t.short)),
        asks(Texts::long.starts_with(Texts::short), |t| t.long.starts_with(&t.short)),
        asks(Texts::long.ends_with(Texts::short), |t| t.long.ends_with(&t.short)),
        asks(Texts::long.contains(Texts::maybe), |t| {
            t.maybe.as_ref().is_some_and(|maybe| t.long.contains(maybe))
        }),
        asks(Texts::long.upper().contains(Texts::short.upper()), |t| up(&t.long).contains(&up(&t.short))),
        asks(Texts::long.upper().starts_with(Texts::short.upper()), |t| {
            up(&t.long).starts_with(&up(&t.short))
        }),
        asks(Texts::long.upper().ends_with(Texts::short.upper()), |t| up(&t.long).ends_with(&up(&t.short))),
        asks(Texts::long.upper().le(Texts::short), |t| up(&t.long) <= t.short),
        asks(Texts::long.upper().between(Texts::short, Texts::word.to(Word::word)), |t| {
            t.short <= up(&t.long) && up(&t.long) <= *t.word.key()
        }),
    ]
}

/// Upper case of what the parts above are made of.
fn up(text: &str) -> String {
    text.chars().map(|c| if c == 'ß' { c } else { c.to_uppercase().next().unwrap_or(c) }).collect()
}

fn refused<T>(result: Result<T, Error>) -> bool {
    let is = |kind: &ErrorKind| matches!(kind, ErrorKind::InvalidValue { .. } | ErrorKind::Constraint(_));
    result.err().is_some_and(|error| is(error.kind()))
}

cases! {
    /// Comparisons and look-ups find what the same in Rust finds.
    async fn comparisons_agree_with_rust(db: &TestDb) -> Outcome {
        let rows = random_rows(db).await?;
        let texts = Texts::objects().using(db.handle()).order_by(Texts::id);
        let count = if std::env::var_os("ORM_TEST_FULL").is_some() { 200 } else { 12 };
        let mut found = 0;
        let wanted = values(&(text(), text()), count, 13)?.into_iter().chain(PARTS.map(|part| (part.to_owned(), "z".to_owned())));
        for (x, y) in wanted {
            for (at, (question, answer)) in questions(&x, &y).into_iter().enumerate() {
                let expected: Vec<i64> = rows.iter().filter(|row| answer(row)).map(|row| row.id).collect();
                let got = texts.clone().filter(question.clone()).select(Texts::id).all().await?;
                assert_eq!(got, expected, "{at} {x:?} {y:?}");
                found += got.len();
            }
        }
        assert!(found > 1000, "{found}");
        Ok(())
    }

    /// Orders, groups, distinct rows, the smallest and the greatest.
    async fn sets_agree_with_rust(db: &TestDb) -> Outcome {
        let rows = random_rows(db).await?;
        let texts = Texts::objects().using(db.handle());

        let mut sorted: Vec<(String, Option<String>, i64)> = rows.iter().map(|t| (t.long.clone(), t.maybe.clone(), t.id)).collect();
        sorted.sort();
        let order = (Texts::long.asc(), Texts::maybe.asc(), Texts::id.asc());
        assert_eq!(texts.clone().order_by(order).select((Texts::long, Texts::maybe, Texts::id)).all().await?, sorted);
        sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| b.0.cmp(&a.0)).then_with(|| b.2.cmp(&a.2)));
        let order = (Texts::maybe.desc(), Texts::long.desc(), Texts::id.desc());
        assert_eq!(texts.clone().order_by(order).select((Texts::long, Texts::maybe, Texts::id)).all().await?, sorted);
        let mut sorted: Vec<(String, i64)> = rows.iter().map(|t| (t.word.key().clone(), t.id)).collect();
        sorted.sort();
        assert_eq!(texts.clone().order_by((Texts::word.to(Word::word).asc(), Texts::id.asc())).select((Texts::word, Texts::id)).all().await?, sorted);

        let mut groups: BTreeMap<(String, Option<String>), i64> = BTreeMap::new();
        for row in &rows {
            *groups.entry((row.short.clone(), row.maybe.clone())).or_default() += 1;
        }
        let got = texts.clone().group_by((Texts::short, Texts::maybe)).annotate(count_rows()).order_by((key(Texts::short).asc(), key(Texts::maybe).asc())).all().await?;
        assert_eq!(got, groups.into_iter().map(|((short, maybe), count)| (short, maybe, count)).collect::<Vec<_>>());

        let distinct: BTreeSet<String> = rows.iter().map(|t| t.long.clone()).collect();
        let got = texts.clone().select(Texts::long).distinct().order_by(Texts::long).all().await?;
        assert_eq!(got, distinct.iter().cloned().collect::<Vec<_>>());
        let got = texts.clone().aggregate((count_distinct(Texts::long), min(Texts::long), max(Texts::long), min(Texts::maybe))).await?;
        let smallest = rows.iter().filter_map(|t| t.maybe.clone()).min();
        assert_eq!(got, (i64::try_from(distinct.len())?, distinct.first().cloned(), distinct.last().cloned(), smallest));

        let words = Word::objects().using(db.handle());
        let long: Vec<&String> = rows.iter().map(|t| &t.long).collect();
        let all = words.clone().order_by(Word::word).all().await?;
        let expected: Vec<&Word> = all.iter().filter(|word| long.contains(&&word.word)).collect();
        let got = words.clone().filter(Word::word.in_(texts.clone().select(Texts::long))).order_by(Word::word).all().await?;
        assert_eq!(got.iter().collect::<Vec<_>>(), expected);
        for word in all {
            assert_eq!(words.clone().get(word.word.as_str()).await?, word);
            let children = rows.iter().filter(|t| *t.word.key() == word.word).count() as u64;
            assert_eq!(texts.clone().filter(Texts::word.eq(&word)).count().await?, children, "{word:?}");
        }
        Ok(())
    }

    /// A beginning is found whatever comes after it, with an index and without.
    async fn beginnings_go_on_with_anything(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Word::TABLE, Texts::TABLE]).await?;
        Word::objects().using(db.handle()).create(NewWord::new("w")).await?;
        let texts = Texts::objects().using(db.handle());
        let ends = ["", "\u{1}", "z", "\u{ffff}", "😀", "\u{10ffff}", "\u{10ffff}\u{10ffff}\u{10ffff}\u{10ffff}\u{10ffff}b"];
        let begins = ["a", "%", "\u{ffff}", "\u{10ffff}"];
        let rows = begins.iter().flat_map(|begin| ends.map(|end| format!("{begin}{end}")));
        texts.clone().bulk_create(rows.map(|text| NewTexts::new(&text, text.repeat(300), "w"))).await?;
        for begin in begins {
            let expected = ends.len() as u64;
            assert_eq!(texts.clone().filter(Texts::short.starts_with(begin)).count().await?, expected, "{begin:?}");
            assert_eq!(texts.clone().filter(Texts::long.starts_with(begin)).count().await?, expected, "{begin:?}");
            assert_eq!(texts.clone().filter(Texts::short.istarts_with(begin)).count().await?, expected, "{begin:?}");
        }
        Ok(())
    }

    /// What differs in a code point is unique beside the other; the same is not.
    async fn unique_by_code_point(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Length::TABLE]).await?;
        let lengths = Length::objects().using(db.handle());
        let texts = PARTS.iter().flat_map(|part| [(*part).to_owned(), format!("{part} "), format!(" {part}"), format!("{part}a")]);
        let texts: BTreeSet<String> = texts.collect();
        lengths.clone().bulk_create(texts.iter().map(NewLength::new)).await?;
        for text in &texts {
            let error = lengths.clone().create(NewLength::new(text)).await.err();
            assert!(error.is_some_and(|error| matches!(error.kind(), ErrorKind::Constraint(_))), "{text:?}");
        }
        assert_eq!(lengths.count().await?, texts.len() as u64);
        Ok(())
    }

    /// Characters count: as many as there may be are kept, one more is refused, wherever it comes from.
    async fn characters_count(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Length::TABLE]).await?;
        let lengths = Length::objects().using(db.handle());
        for part in ["a", "ß", "中", "😀", "\u{10ffff}", "\u{301}", " ", "\n"] {
            let (fits, longer) = (part.repeat(4), part.repeat(5));
            let row = lengths.clone().create(NewLength::new(&fits).source(&longer)).await?;
            assert_eq!((&row.text, &row.source), (&fits, &longer));
            let one = || lengths.clone().filter(Length::id.eq(row.id));
            assert!(refused(lengths.clone().create(NewLength::new(&longer)).await), "{part:?}");
            assert!(refused(lengths.clone().bulk_create([NewLength::new("ok"), NewLength::new(&longer)]).await), "{part:?}");
            assert!(refused(one().update(Length::text.set(&longer)).await), "{part:?}");
            assert!(refused(one().update(Length::text.set(Length::source)).await), "{part:?}");
            assert!(refused(one().update(Length::text.set(lower(Length::source))).await), "{part:?}");
            assert!(refused(one().update(Length::text.set(upper(Length::source))).await), "{part:?}");
            assert!(refused(one().patch(LengthPatch { text: Some(longer.clone()), ..LengthPatch::default() }).await), "{part:?}");
            assert_eq!(one().one().await?, row);
            let huge = part.repeat(20_000);
            assert_eq!(one().update(Length::huge.set(&huge)).await?, 1);
            assert_eq!(one().select(Length::huge).one().await?.as_ref(), Some(&huge));
            assert!(refused(one().update(Length::huge.set(format!("{huge}{part}"))).await), "{part:?}");
            one().update(Length::source.set(format!("{huge}{part}"))).await?;
            assert!(refused(one().update(Length::huge.set(Length::source)).await), "{part:?}");
            // One that fits, from where longer ones may stand.
            one().update(Length::source.set(&fits)).await?;
            assert_eq!(one().update(Length::text.set(Length::source)).await?, 1);
            assert_eq!(one().select(Length::text).one().await?, fits);
        }
        assert_eq!(lengths.filter(Length::text.eq("ok")).count().await?, 0);
        Ok(())
    }
}
