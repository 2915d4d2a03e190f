//! Random texts and words, against words that are taken apart by a list of characters.

use orm::prelude::*;
use orm_tests::{Outcome, cases};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Two texts.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "ft_pages", full_text(one, two), new(Debug, Clone))]
pub struct Page {
    #[field(primary_key)]
    pub id: i64,
    pub one: String,
    pub two: Option<String>,
}

/// Parts of words, each with what it is folded to.
const PARTS: [(&str, &str); 22] = [
    ("a", "a"),
    ("A", "a"),
    ("b", "b"),
    ("B", "b"),
    ("1", "1"),
    ("0", "0"),
    ("e", "e"),
    ("é", "é"),
    ("É", "é"),
    ("e\u{301}", "e\u{301}"),
    ("ß", "ß"),
    ("ẞ", "ß"),
    ("Σ", "σ"),
    ("ς", "σ"),
    ("σ", "σ"),
    ("Я", "я"),
    ("я", "я"),
    ("ह\u{93f}", "ह\u{93f}"),
    ("中", "中"),
    ("µ", "μ"),
    ("ſ", "s"),
    ("𐐀", "𐐨"),
];

/// What stands between words.
const BETWEEN: [&str; 24] = [
    " ",
    "'",
    "-",
    "_",
    ".",
    "\"",
    "*",
    "+",
    "@",
    "<b>",
    "</b",
    "<!--",
    "://",
    "\n",
    "\\",
    "%",
    "½",
    "²",
    "\u{a0}",
    "❤\u{fe0f}",
    "🤔",
    "₽",
    "\u{200d}",
    "\u{b7}",
];

/// The words of a text, folded; and the text.
type Words = (Vec<String>, String);

/// Whether a tag's letters are words of their own.
fn of_separator(between: &str) -> Option<&str> {
    between.contains('b').then_some("b")
}

fn text(longest: usize) -> impl Strategy<Value = Words> {
    let word = prop::collection::vec(prop::sample::select(PARTS.to_vec()), 1..3);
    let between = prop::collection::vec(prop::sample::select(BETWEEN.to_vec()), 1..3);
    prop::collection::vec((between, word), 0..=longest).prop_map(|parts| {
        let (mut words, mut text) = (Vec::new(), String::new());
        for (between, word) in parts {
            for part in between {
                text.push_str(part);
                words.extend(of_separator(part).map(str::to_owned));
            }
            // A tag that is still open would go on into the word.
            text.push(' ');
            text.extend(word.iter().map(|part| part.0));
            words.push(word.iter().map(|part| part.1).collect());
        }
        (words, text)
    })
}

fn values<S: Strategy>(strategy: &S, count: usize, seed: u8) -> Result<Vec<S::Value>, String> {
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    (0..count)
        .map(|_| Ok(strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current()))
        .collect()
}

cases! {
    /// The three forms of a search find what they say.
    async fn as_in_rust(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Page::TABLE]).await?;
        let texts = values(&(text(7), prop::option::weighted(0.7, text(7))), 300, 23)?;
        let rows = Page::objects().using(db.handle());
        let new = texts.iter().map(|(one, two)| NewPage::new(one.1.as_str()).two(two.as_ref().map(|two| two.1.clone())));
        rows.clone().bulk_create(new).await?;
        let columns: Vec<Vec<&[String]>> =
            texts.iter().map(|(one, two)| std::iter::once(&one.0[..]).chain(two.as_ref().map(|two| &two.0[..])).collect()).collect();
        let count = if std::env::var_os("ORM_TEST_FULL").is_some() { 2000 } else { 150 };
        let mut counts = [0; 3];
        for (words, written) in values(&text(3), count, 29)? {
            let has = |row: &[&[String]], word: &dyn Fn(&str) -> bool| row.iter().any(|column| column.iter().any(|own| word(own)));
            let all = |row: &[&[String]], words: &[String]| words.iter().all(|word| has(row, &|own| own == word));
            let expected = |is: &dyn Fn(&[&[String]]) -> bool| -> Vec<i64> {
                (1..).zip(&columns).filter(|(_, row)| !words.is_empty() && is(row)).map(|(id, _)| id).collect()
            };
            let found = |q: Q<Page>| rows.clone().filter(q).order_by(Page::id).select(Page::id).all();
            let forms = [
                (Page::full_text.matches(&written), expected(&|row| all(row, &words))),
                (Page::full_text.phrase(&written), expected(&|row| row.iter().any(|column| column.windows(words.len()).any(|part| part == words)))),
                (Page::full_text.begins(&written), expected(&|row| {
                    let Some((last, before)) = words.split_last() else { return false };
                    all(row, before) && has(row, &|own| own.starts_with(last))
                })),
            ];
            for ((q, expected), count) in forms.into_iter().zip(&mut counts) {
                assert_eq!(found(q).await?, expected, "{written:?} {words:?}");
                *count += expected.len();
            }
        }
        // Each form found something, and more was found by beginnings than by whole words.
        assert!(counts[1] > 50 && counts[0] > counts[1] && counts[2] > counts[0], "{counts:?}");
        Ok(())
    }
}
