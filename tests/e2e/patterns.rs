//! Regular expressions mean the same on every backend.

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use regex::Regex;

/// A text.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "line", new(Debug, Clone))]
pub struct Line {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// Any text.
    pub text: String,
    /// Perhaps.
    pub maybe: Option<String>,
}

/// A pattern, which can be said in our way and in another, for the oracle.
#[derive(Debug, Clone)]
enum Wanted {
    One(char),
    Any,
    Class(char),
    Set(bool, Vec<(char, char)>),
    Sequence(Vec<Wanted>),
    Choice(Vec<Wanted>),
    Repeat(Box<Wanted>, &'static str),
}

impl Wanted {
    /// As a user writes it.
    fn ours(&self) -> String {
        let plain = |c: &char| if c.is_ascii_punctuation() { format!("\\{c}") } else { c.to_string() };
        match self {
            Self::One(c) => plain(c),
            Self::Any => ".".to_owned(),
            Self::Class(c) => format!("\\{c}"),
            Self::Set(negated, ranges) => {
                let range = |(low, high): &(char, char)| {
                    if low == high { plain(low) } else { format!("{}-{}", plain(low), plain(high)) }
                };
                format!(
                    "[{}{}]",
                    if *negated { "^" } else { "" },
                    ranges.iter().map(range).collect::<String>()
                )
            }
            Self::Sequence(parts) => parts.iter().map(Self::ours).collect(),
            Self::Choice(parts) => {
                format!("({})", parts.iter().map(Self::ours).collect::<Vec<_>>().join("|"))
            }
            Self::Repeat(part, times) => format!("(?:{}){times}", part.ours()),
        }
    }

    /// By code points, for the oracle; in lower case if `lower`.
    fn theirs(&self, lower: bool) -> String {
        let case = |c: char| if lower { c.to_lowercase().next().unwrap_or(c) } else { c };
        let point = |c: char| format!("\\x{{{:X}}}", u32::from(c));
        match self {
            Self::One(c) => point(case(*c)),
            Self::Any => "[^\\x{A}]".to_owned(),
            Self::Class('d') => "[0-9]".to_owned(),
            Self::Class('D') => "[^0-9]".to_owned(),
            Self::Class('w') => "[0-9A-Za-z_]".to_owned(),
            Self::Class('W') => "[^0-9A-Za-z_]".to_owned(),
            Self::Class('s') => "[\\x{9}-\\x{D} ]".to_owned(),
            Self::Class('S') => "[^\\x{9}-\\x{D} ]".to_owned(),
            Self::Class(c) => point(match c {
                'n' => '\n',
                'r' => '\r',
                _ => '\t',
            }),
            Self::Set(negated, ranges) => {
                let chars = ranges.iter().flat_map(|(low, high)| (*low..=*high).map(case).map(point));
                format!("[{}{}]", if *negated { "^" } else { "" }, chars.collect::<String>())
            }
            Self::Sequence(parts) => parts.iter().map(|part| part.theirs(lower)).collect(),
            Self::Choice(parts) => {
                format!("(?:{})", parts.iter().map(|part| part.theirs(lower)).collect::<Vec<_>>().join("|"))
            }
            Self::Repeat(part, times) => {
                let eager = times.strip_suffix('?').filter(|times| !times.is_empty()).unwrap_or(times);
                format!("(?:{}){eager}", part.theirs(lower))
            }
        }
    }
}

const LETTERS: &str =
    "aabbcAB019 _-.\\[]^$|&~{}()*+?/#'\"\n\r\t\u{b}\u{85}\u{2028}éÉßΣσς中😀\u{10ffff}\u{ffff}\u{e000}";

fn letter() -> impl Strategy<Value = char> + Clone {
    prop::sample::select(LETTERS.chars().collect::<Vec<_>>())
}

fn pattern() -> impl Strategy<Value = (bool, Wanted, bool)> {
    let range = (letter(), 0_u32..6)
        .prop_map(|(low, more)| (low, char::from_u32(u32::from(low) + more).unwrap_or(low)));
    let leaf = prop_oneof![
        4 => letter().prop_map(Wanted::One),
        1 => Just(Wanted::Any),
        1 => prop::sample::select("dDwWsSnrt".chars().collect::<Vec<_>>()).prop_map(Wanted::Class),
        2 => (any::<bool>(), prop::collection::vec(range, 1..4)).prop_map(|(negated, ranges)| Wanted::Set(negated, ranges)),
    ];
    let tree = leaf.prop_recursive(3, 10, 3, |inner| {
        let times = prop::sample::select(vec![
            "*", "+", "?", "{2}", "{1,2}", "{2,}", "{0,3}", "*?", "+?", "??", "{1,2}?",
        ]);
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..4).prop_map(Wanted::Sequence),
            1 => prop::collection::vec(inner.clone(), 2..4).prop_map(Wanted::Choice),
            2 => (inner, times).prop_map(|(part, times)| Wanted::Repeat(Box::new(part), times)),
        ]
    });
    (prop::bool::weighted(0.3), tree, prop::bool::weighted(0.3))
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(letter(), 0..7).prop_map(|letters| letters.into_iter().collect())
}

fn values<S: Strategy>(strategy: &S, count: usize, seed: u8) -> Result<Vec<S::Value>, String> {
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    (0..count)
        .map(|_| Ok(strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current()))
        .collect()
}

fn lower_of(text: &str) -> String {
    text.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect()
}

async fn lines(
    db: &TestDb,
    texts: impl IntoIterator<Item = (String, Option<String>)>,
) -> Result<Vec<Line>, Box<dyn std::error::Error + Send + Sync>> {
    db.handle().create_tables(&[Line::TABLE]).await?;
    let lines = Line::objects().using(db.handle());
    lines.clone().bulk_create(texts.into_iter().map(|(text, maybe)| NewLine::new(text).maybe(maybe))).await?;
    Ok(lines.order_by(Line::id).all().await?)
}

cases! {
    /// Random patterns find in random texts what the crate `regex` finds.
    async fn patterns_agree_with_rust(db: &TestDb) -> Outcome {
        let texts = values(&(text(), prop::option::weighted(0.8, text())), 150, 17)?;
        let rows = lines(db, texts).await?;
        let query = Line::objects().using(db.handle()).order_by(Line::id);
        let count = if std::env::var_os("ORM_TEST_FULL").is_some() { 3000 } else { 250 };
        let (mut asked, mut found) = (0, 0);
        for (start, wanted, end) in values(&pattern(), count, 19)? {
            let whole = |middle: String| format!("{}{middle}{}", if start { "^" } else { "" }, if end { "$" } else { "" });
            let ours = whole(wanted.ours());
            for folds in [false, true] {
                let oracle = Regex::new(&whole(wanted.theirs(folds)))?;
                let case = |text: &str| if folds { lower_of(text) } else { text.to_owned() };
                let (one, two) = match folds {
                    false => (Line::text.matches(&ours), Line::maybe.matches(&ours)),
                    true => (Line::text.imatches(&ours), Line::maybe.imatches(&ours)),
                };
                let got = match query.clone().filter(one).select(Line::id).all().await {
                    Ok(got) => got,
                    Err(error) => match error.kind() {
                        // MariaDB would go back.
                        ErrorKind::Unsupported { .. } if db.kind() == Kind::MariaDb => continue,
                        // Refused everywhere: a repetition of what may be empty.
                        ErrorKind::InvalidQuery { reason } if reason.contains("may be empty") => continue,
                        _ => return Err(format!("{ours:?}: {error:?}").into()),
                    },
                };
                asked += 1;
                let expected: Vec<i64> = rows.iter().filter(|row| oracle.is_match(&case(&row.text))).map(|row| row.id).collect();
                assert_eq!(got, expected, "{ours:?} {folds}");
                found += got.len();
                let expected: Vec<i64> = rows.iter().filter(|row| !row.maybe.as_ref().is_some_and(|maybe| oracle.is_match(&case(maybe)))).map(|row| row.id).collect();
                let got = query.clone().exclude(two).select(Line::id).all().await?;
                assert_eq!(got, expected, "{ours:?} {folds}");
            }
        }
        // Enough was asked, and answered with yes and with no.
        assert!(asked > count / 3 && found > asked && found < asked * 140, "{asked} {found}");
        Ok(())
    }

    /// The end of a text is its end, not a new line before it; expressions can be matched, too.
    async fn ends_classes_and_expressions(db: &TestDb) -> Outcome {
        let texts = ["ann@example.org", "Ann@Example.org\n", "", "a\nb", "2024-02-29", "é", "İX", "ΟΔΟΣ"];
        lines(db, texts.map(|text| (text.to_owned(), None))).await?;
        let query = Line::objects().using(db.handle()).order_by(Line::id);
        let found = |q: Q<Line>| query.clone().filter(q).select(Line::id).all();
        assert_eq!(found(Line::text.matches(r"^[a-z]+@[a-z]+\.org$")).await?, [1]);
        assert_eq!(found(Line::text.imatches(r"^[A-Z]+@[a-z]+\.ORG\n?$")).await?, [1, 2]);
        assert_eq!(found(Line::text.matches("^$")).await?, [3]);
        assert_eq!(found(Line::text.matches("")).await?, [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(found(Line::text.matches("^a.b$")).await?, [0_i64; 0]);
        assert_eq!(found(Line::text.matches(r"^a[\s\S]b$")).await?, [4]);
        assert_eq!(found(Line::text.matches(r"^\d{4}-\d{2}-\d{2}$")).await?, [5]);
        assert_eq!(found(Line::text.matches(r"^\w$")).await?, [0_i64; 0]);
        assert_eq!(found(Line::text.imatches("^É$")).await?, [6]);
        assert_eq!(found(Line::text.imatches("^ix$")).await?, [7]);
        assert_eq!(found(Line::text.imatches("^[^İ]X$")).await?, [0_i64; 0]);
        assert_eq!(found(Line::text.lower().matches("σ$")).await?, [8]);
        assert_eq!(query.clone().filter(Line::text.eq("é")).select(Line::text.matches("é")).all().await?, [true]);
        assert_eq!(query.clone().filter(Line::text.eq("é")).select(Line::maybe.matches("é")).all().await?, [false]);
        Ok(())
    }

    /// As large as a pattern may be.
    async fn large_patterns(db: &TestDb) -> Outcome {
        lines(db, ["a".repeat(1750), "a".repeat(1749)].map(|text| (text, None))).await?;
        let query = Line::objects().using(db.handle()).order_by(Line::id);
        let found = |pattern: String| query.clone().filter(Line::text.matches(pattern)).select(Line::id).all();
        assert_eq!(found(format!("^{}$", "[^b-d]{250}".repeat(7))).await.or_else(|error| match error.kind() {
            // Were the counts not exact, which way to go on would not be certain.
            ErrorKind::Unsupported { .. } if db.kind() == Kind::MariaDb => Ok(vec![1]),
            _ => Err(error),
        })?, [1]);
        assert_eq!(found("^[^b-d]{255}".to_owned()).await?, [1, 2]);
        assert_eq!(found(format!("{}$", "a".repeat(999))).await?, [1, 2]);
        assert!(matches!(found("a".repeat(1001)).await.unwrap_err().kind(), ErrorKind::InvalidQuery { .. }));
        Ok(())
    }

    /// Refused before anything is sent; and where an engine would give up silently, it is not asked.
    async fn refused_patterns(db: &TestDb) -> Outcome {
        lines(db, [(format!("{}c", "a".repeat(5000)), None)]).await?;
        let query = Line::objects().using(db.handle());
        let error = query.clone().filter(Line::text.matches(r"a\b")).count().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidQuery { reason } if reason.contains("character 3")), "{error}");
        let answer = query.clone().filter(Line::text.matches("^(?:a|a)*[^ab]$")).count().await;
        match db.kind() {
            // They go on in step with the text.
            Kind::Sqlite | Kind::Postgres => assert_eq!(answer?, 1),
            Kind::MySql => drop(answer),
            Kind::MariaDb => assert!(matches!(answer.unwrap_err().kind(), ErrorKind::Unsupported { .. })),
        }
        assert_eq!(query.filter(Line::text.matches("^(?:aa)*[bc]$")).count().await?, 1);
        Ok(())
    }
}
