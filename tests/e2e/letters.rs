//! Upper and lower case: Unicode's simple mapping, the same on every backend but for what the guide lists.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// A text, and two more to compare it with.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "letters", new(Debug, Clone))]
pub struct Letters {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// Any length.
    pub text: String,
    /// Of a limited length.
    #[field(max_length = 40)]
    pub short: Option<String>,
    /// How often.
    pub times: i32,
}

/// Letters of Unicode 16 and 17, which no server here knows.
const NEW: [RangeInclusive<char>; 9] = [
    '\u{19b}'..='\u{19b}',
    '\u{264}'..='\u{264}',
    '\u{1c89}'..='\u{1c8a}',
    '\u{a7cb}'..='\u{a7cf}',
    '\u{a7d2}'..='\u{a7d5}',
    '\u{a7da}'..='\u{a7dc}',
    '\u{10d50}'..='\u{10d65}',
    '\u{10d70}'..='\u{10d85}',
    '\u{16ea0}'..='\u{16ed3}',
];

/// Letters of Unicode 10 to 15, which MySQL does not know.
const NEW_TO_MYSQL: [RangeInclusive<char>; 11] = [
    '\u{282}'..='\u{282}',
    '\u{10d0}'..='\u{10ff}',
    '\u{1c90}'..='\u{1cbf}',
    '\u{1d8e}'..='\u{1d8e}',
    '\u{2c2f}'..='\u{2c2f}',
    '\u{2c5f}'..='\u{2c5f}',
    '\u{a794}'..='\u{a794}',
    '\u{a7b8}'..='\u{a7d9}',
    '\u{a7f5}'..='\u{a7f6}',
    '\u{10570}'..='\u{105bc}',
    '\u{16e40}'..='\u{16e7f}',
];

/// Whether the database may leave the letter as it is.
fn is_new(kind: Kind, c: char) -> bool {
    let is_in = |ranges: &[RangeInclusive<char>]| ranges.iter().any(|range| range.contains(&c));
    match kind {
        Kind::Sqlite => false,
        Kind::Postgres | Kind::MariaDb => is_in(&NEW),
        Kind::MySql => is_in(&NEW) || is_in(&NEW_TO_MYSQL),
    }
}

/// Unicode's simple mapping, from the full one: what becomes several letters stays, with these exceptions.
fn lower_of(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (c, lower.next(), lower.next()) {
        ('İ', ..) => 'i',
        (_, Some(lower), None) => lower,
        _ => c,
    }
}

fn upper_of(c: char) -> char {
    const LOWER: &str = "ᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾳῃῳ";
    const UPPER: &str = "ᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾼῌῼ";
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(upper), None) => upper,
        _ => LOWER.chars().zip(UPPER.chars()).find(|(lower, _)| *lower == c).map_or(c, |(_, upper)| upper),
    }
}

fn lowered(text: &str) -> String {
    text.chars().map(lower_of).collect()
}

fn raised(text: &str) -> String {
    text.chars().map(upper_of).collect()
}

/// Text of letters whose case is special somewhere, and of others that look-ups stumble over.
fn text() -> impl Strategy<Value = String> {
    const LETTERS: &str = "aAbBzZ sSſßẞΣσςοΟİIıiéÉe\u{301}ǅǄǆŉﬁᾳᾼΐȺⱥȾɐⱯKåÅ𐐀𐐨Дд%_\\|'\"\u{fffd}\u{10ffff}中";
    let letters: Vec<char> = LETTERS.chars().collect();
    prop::collection::vec(prop::sample::select(letters), 0..5)
        .prop_map(|letters| letters.into_iter().collect())
}

fn values<S: Strategy>(strategy: &S, count: usize, seed: u8) -> Result<Vec<S::Value>, String> {
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    (0..count)
        .map(|_| Ok(strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current()))
        .collect()
}

/// Rows of random texts, the short one NULL at times.
async fn random_rows(
    db: &TestDb,
    count: usize,
) -> Result<Vec<Letters>, Box<dyn std::error::Error + Send + Sync>> {
    db.handle().create_tables(&[Letters::TABLE]).await?;
    let letters = Letters::objects().using(db.handle());
    let rows = values(&(text(), prop::option::weighted(0.8, text()), 0..5), count, 3)?;
    letters
        .clone()
        .bulk_create(rows.into_iter().map(|(text, short, times)| NewLetters::new(text, times).short(short)))
        .await?;
    Ok(letters.order_by(Letters::id).all().await?)
}

/// The question, and the answer in Rust.
type Question = (Q<Letters>, Box<dyn Fn(&Letters) -> bool>);

/// Each look-up with each kind of right side.
fn questions(wanted: &str) -> Vec<Question> {
    type LookUp = fn(&str, &str) -> bool;
    let look_ups: [LookUp; 4] =
        [|a, b| a == b, |a, b| a.contains(b), |a, b| a.starts_with(b), |a, b| a.ends_with(b)];
    let mut questions: Vec<Question> = Vec::new();
    let values = [
        Letters::text.iexact(wanted),
        Letters::text.icontains(wanted),
        Letters::text.istarts_with(wanted),
        Letters::text.iends_with(wanted),
    ];
    let nullable = [
        Letters::short.iexact(wanted),
        Letters::short.icontains(wanted),
        Letters::short.istarts_with(wanted),
        Letters::short.iends_with(wanted),
    ];
    let columns = [
        Letters::text.iexact(Letters::short),
        Letters::text.icontains(Letters::short),
        Letters::text.istarts_with(Letters::short),
        Letters::text.iends_with(Letters::short),
    ];
    let expressions = [
        Letters::text.upper().iexact(Letters::short.lower()),
        upper(Letters::text).icontains(Letters::short.lower()),
        Letters::text.upper().istarts_with(lower(Letters::short)),
        upper(Letters::text).iends_with(lower(Letters::short)),
    ];
    for (((look_up, value), nullable), (column, expression)) in
        look_ups.into_iter().zip(values).zip(nullable).zip(columns.into_iter().zip(expressions))
    {
        let (one, two) = (lowered(wanted), lowered(wanted));
        let short = |row: &Letters| row.short.as_deref().map(lowered);
        questions.push((value, Box::new(move |row| look_up(&lowered(&row.text), &one))));
        questions
            .push((nullable, Box::new(move |row| short(row).is_some_and(|short| look_up(&short, &two)))));
        questions.push((
            column,
            Box::new(move |row| short(row).is_some_and(|short| look_up(&lowered(&row.text), &short))),
        ));
        questions.push((
            expression,
            Box::new(move |row| {
                short(row).is_some_and(|short| look_up(&lowered(&raised(&row.text)), &short))
            }),
        ));
    }
    questions
}

cases! {
    /// Every character there is, in lower and in upper case.
    async fn every_letter(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Letters::TABLE]).await?;
        let letters = Letters::objects().using(db.handle());
        let all: Vec<char> = (1..=0x0010_FFFF).filter_map(char::from_u32).collect();
        let rows = all.chunks(512).map(|chars| NewLetters::new(chars.iter().collect::<String>(), 1));
        letters.clone().bulk_create(rows).await?;
        let mut unchanged = BTreeSet::new();
        let mut seen = 0;
        let query = letters.order_by(Letters::id).select((Letters::text, lower(Letters::text), Letters::text.upper()));
        for (text, lower, upper) in query.all().await? {
            let count = text.chars().count();
            seen += count;
            assert_eq!((lower.chars().count(), upper.chars().count()), (count, count), "{text:?}");
            for (c, (lower, upper)) in text.chars().zip(lower.chars().zip(upper.chars())) {
                for (got, wanted) in [(lower, lower_of(c)), (upper, upper_of(c))] {
                    if got != wanted {
                        assert_eq!(got, c, "{c:?} becomes {got:?}, not {wanted:?}");
                        unchanged.insert(c);
                    }
                }
            }
        }
        assert_eq!(seen, all.len());
        let wrong: Vec<&char> = unchanged.iter().filter(|c| !is_new(db.kind(), **c)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        // The list in the guide is not longer than it need be.
        assert_eq!(unchanged.contains(&'Ა'), db.kind() == Kind::MySql);
        Ok(())
    }

    /// What stands around a letter does not matter, nor how much longer the text becomes.
    async fn letters_do_not_mind_their_neighbours(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Letters::TABLE]).await?;
        let letters = Letters::objects().using(db.handle());
        let texts = ["", " ", "ΟΔΟΣ ΟΔΟΣ.", "Σ", "ΑΣ\u{301}", "I\u{307}", "İstanbul", "abcȺdef", "ȺȺȺȾ end", "ɐɐɐ end", "Straße ﬁ ŉ end", "ᾳᾳᾳ ᾼ", "K\u{212a}k", "ÀÉ\u{300}"];
        letters.clone().bulk_create(texts.map(|text| NewLetters::new(text, 1))).await?;
        let rows = letters.order_by(Letters::id).select((Letters::text.lower(), Letters::text.upper(), upper(lower(upper(Letters::text))))).all().await?;
        for (text, (lower, upper, thrice)) in texts.iter().zip(rows) {
            assert_eq!((lower, upper, thrice), (lowered(text), raised(text), raised(&lowered(&raised(text)))), "{text:?}");
        }
        Ok(())
    }

    /// Look-ups that do not mind case find what the same in Rust finds.
    async fn look_ups_agree_with_rust(db: &TestDb) -> Outcome {
        let rows = random_rows(db, 150).await?;
        let letters = Letters::objects().using(db.handle()).order_by(Letters::id);
        let count = if std::env::var_os("ORM_TEST_FULL").is_some() { 300 } else { 25 };
        let mut found = 0;
        for wanted in values(&text(), count, 5)?.into_iter().chain([String::new()]) {
            for (at, (question, answer)) in questions(&wanted).into_iter().enumerate() {
                let expected: Vec<&Letters> = rows.iter().filter(|row| answer(row)).collect();
                let got = letters.clone().filter(question.clone()).all().await?;
                assert_eq!(got.iter().collect::<Vec<_>>(), expected, "{at} {wanted:?}");
                assert_eq!(letters.clone().exclude(question).count().await?, (rows.len() - got.len()) as u64, "{at} {wanted:?}");
                found += got.len();
            }
        }
        assert!(found > count, "{found}");
        let nulls = rows.iter().filter(|row| row.short.is_none()).count() as u64;
        assert_eq!(letters.clone().filter(Letters::short.iexact(None)).count().await?, nulls);
        assert_eq!(letters.filter(Letters::short.icontains(None)).count().await?, 0);
        Ok(())
    }

    /// The index in the guide serves look-ups that do not mind case.
    async fn an_index_serves(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Letters::TABLE]).await?;
        let letters = Letters::objects().using(db.handle());
        let rows = (0..2000).map(|n| NewLetters::new("", 1).short(format!("Name {n}")));
        letters.clone().bulk_create(rows).await?;
        let (index, analyze) = match db.kind() {
            Kind::Postgres => (r#"lower(translate(short, 'İΣ', 'iσ') COLLATE "und-x-icu") COLLATE "C""#, "ANALYZE letters"),
            Kind::MySql => ("LOWER(REPLACE(REPLACE(CONVERT(short USING utf8mb4), _utf8mb4'Ⱥ', _utf8mb4'ⱥ'), _utf8mb4'Ⱦ', _utf8mb4'ⱦ') COLLATE utf8mb4_0900_bin)", "ANALYZE TABLE letters"),
            // The guide says that they have none.
            Kind::Sqlite | Kind::MariaDb => return Ok(()),
        };
        db.oracle(&format!("CREATE INDEX letters_lower ON letters (({index}))")).await?;
        db.oracle(analyze).await?;
        let backend = if db.kind() == Kind::Postgres { Backend::Postgres } else { Backend::MySql };
        let sql = letters.filter(Letters::short.iexact("NAME 77")).to_sql(backend)?;
        let sql = sql.replacen("$1", "'NAME 77'", 1).replacen('?', "'NAME 77'", 1);
        let plan = format!("{:?}", db.oracle(&format!("EXPLAIN {sql}")).await?);
        assert!(plan.contains("letters_lower"), "{plan}");
        Ok(())
    }

    /// The functions stand wherever expressions do.
    async fn functions_anywhere(db: &TestDb) -> Outcome {
        let rows = random_rows(db, 150).await?;
        let letters = Letters::objects().using(db.handle());

        let mut sorted: Vec<(String, i64)> = rows.iter().map(|row| (raised(&row.text), row.id)).collect();
        sorted.sort();
        let got = letters.clone().order_by((upper(Letters::text).asc(), Letters::id)).select((upper(Letters::text), Letters::id)).all().await?;
        assert_eq!(got, sorted);

        let mut groups: std::collections::BTreeMap<String, i64> = std::collections::BTreeMap::new();
        for row in &rows {
            *groups.entry(lowered(&row.text)).or_default() += i64::from(row.times);
        }
        let by = || key(lower(Letters::text));
        let got = letters.clone().group_by(lower(Letters::text)).select((by(), sum(Letters::times))).order_by(by().asc()).all().await?;
        assert_eq!(got, groups.iter().map(|(text, times)| (text.clone(), Some(*times))).collect::<Vec<_>>());
        let got = letters.clone().group_by(lower(Letters::text)).having(by().gt("b")).select((by(), count_rows())).all().await?;
        assert_eq!(got.len(), groups.keys().filter(|text| text.as_str() > "b").count());

        let distinct: BTreeSet<Option<String>> = rows.iter().map(|row| row.short.as_deref().map(raised)).collect();
        let got = letters.clone().select(Letters::short.upper()).distinct().all().await?;
        assert_eq!((got.len(), got.into_iter().collect::<BTreeSet<_>>()), (distinct.len(), distinct.clone()));
        let got = letters.clone().aggregate((min(Letters::short.upper()), max(upper(Letters::text)), count_distinct(upper(Letters::short)))).await?;
        let greatest = rows.iter().map(|row| raised(&row.text)).max();
        assert_eq!(got, (distinct.iter().flatten().next().cloned(), greatest, i64::try_from(distinct.iter().flatten().count())?));
        assert_eq!(letters.clone().aggregate(min(Letters::short).upper()).await?, rows.iter().filter_map(|row| row.short.clone()).min().map(|text| raised(&text)));

        let wanted: Vec<String> = rows.iter().take(3).map(|row| lowered(&row.text)).collect();
        let expected = rows.iter().filter(|row| wanted.contains(&lowered(&row.text))).count() as u64;
        assert_eq!(letters.clone().filter(lower(Letters::text).in_(&wanted)).count().await?, expected);
        let expected = rows.iter().filter(|row| (String::from("A")..=String::from("z")).contains(&raised(&row.text))).count() as u64;
        assert_eq!(letters.clone().filter(upper(Letters::text).between("A", "z")).count().await?, expected);
        let expected = rows.iter().filter(|row| row.short.as_ref().is_some_and(|short| lowered(&row.text) == *short)).count() as u64;
        assert_eq!(letters.clone().filter(Letters::text.lower().eq(Letters::short)).count().await?, expected);

        letters.clone().filter(Letters::short.is_not_null()).update((Letters::text.set(upper(Letters::text)), Letters::short.set(lower(Letters::short)))).await?;
        for (before, after) in rows.iter().zip(letters.order_by(Letters::id).all().await?) {
            let text = if before.short.is_some() { raised(&before.text) } else { before.text.clone() };
            assert_eq!((after.text, after.short), (text, before.short.as_deref().map(lowered)));
        }
        Ok(())
    }
}
