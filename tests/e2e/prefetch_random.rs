//! Random graphs of rows, and random wishes what to load of them, against plain SQL.

use std::collections::BTreeMap;

use orm::Prefetch;
use orm::model::Table;
use orm::prelude::*;
use orm_tests::{Outcome, TestDb, cases};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// A part of a whole, by a key of two columns, below another one perhaps.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rnd_part", primary_key(word, number), many_to_many(links: Part, through = Link, through_fields(one, two), related_name = linked))]
struct Part {
    #[field(max_length = 10)]
    word: String,
    number: i32,
    #[field(related_name = below)]
    above: Option<ForeignKey<Part>>,
    weight: Option<i32>,
    #[field(max_length = 10)]
    name: Option<String>,
}

/// A pair of parts; the same pair may be there twice.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rnd_link")]
struct Link {
    #[field(primary_key)]
    id: i64,
    one: ForeignKey<Part>,
    two: ForeignKey<Part>,
}

const TABLES: [&Table; 2] = [Part::TABLE, Link::TABLE];

type PartKey = (String, i32);
type Below = Vec<PartKey>;

/// A part as plain SQL has it: its key, that above, and the two values.
#[derive(Debug, Clone)]
struct Plain {
    key: PartKey,
    above: Option<PartKey>,
    weight: Option<i32>,
    name: Option<String>,
}

/// What orders rows.
#[derive(Debug, Clone, Copy)]
enum By {
    Weight,
    Name,
    Word,
    Number,
}

/// What is wanted of the related rows.
#[derive(Debug, Clone)]
struct Wish {
    /// Over links, from the other side perhaps; else below.
    links: Option<bool>,
    least: Option<i32>,
    order: Vec<(By, bool, Option<bool>)>,
    limit: Option<usize>,
    offset: Option<usize>,
    deeper: Option<Box<Wish>>,
}

fn wish() -> impl Strategy<Value = Wish> {
    let by = prop_oneof![Just(By::Weight), Just(By::Name), Just(By::Word), Just(By::Number)];
    let order = proptest::collection::vec((by, any::<bool>(), proptest::option::of(any::<bool>())), 0..3);
    let bound = || proptest::option::of(0..4_usize);
    let flat =
        (proptest::option::of(any::<bool>()), proptest::option::of(-2..3), order, bound(), bound()).prop_map(
            |(links, least, order, limit, offset)| Wish { links, least, order, limit, offset, deeper: None },
        );
    (flat.clone(), proptest::option::of(flat))
        .prop_map(|(wish, deeper)| Wish { deeper: deeper.map(Box::new), ..wish })
}

impl Wish {
    fn prefetch(&self) -> Prefetch<Part, Part> {
        let mut wanted = match self.links {
            None => Part::below.order_by(Vec::<orm::OrderBy<Part>>::new()),
            Some(false) => Part::links.order_by(Vec::<orm::OrderBy<Part>>::new()),
            Some(true) => Part::linked.order_by(Vec::<orm::OrderBy<Part>>::new()),
        };
        wanted = wanted.filter_opt(self.least, |least| Part::weight.ge(least));
        for (by, descending, first) in &self.order {
            let order = match (by, descending) {
                (By::Weight, false) => Part::weight.asc(),
                (By::Weight, true) => Part::weight.desc(),
                (By::Name, false) => Part::name.asc(),
                (By::Name, true) => Part::name.desc(),
                (By::Word, false) => Part::word.asc(),
                (By::Word, true) => Part::word.desc(),
                (By::Number, false) => Part::number.asc(),
                (By::Number, true) => Part::number.desc(),
            };
            wanted = wanted.order_by(match first {
                None => order,
                Some(true) => order.nulls_first(),
                Some(false) => order.nulls_last(),
            });
        }
        if let Some(limit) = self.limit {
            wanted = wanted.limit(limit as u64);
        }
        match self.offset {
            Some(offset) => wanted.offset(offset as u64),
            None => wanted,
        }
    }

    /// The keys that plain SQL and plain Rust find for a row.
    fn found(&self, key: &PartKey, parts: &[Plain], links: &[(PartKey, PartKey)]) -> Vec<PartKey> {
        let related = |part: &&Plain| match self.links {
            None => part.above.as_ref() == Some(key),
            Some(false) => links.iter().any(|(one, two)| one == key && *two == part.key),
            Some(true) => links.iter().any(|(one, two)| two == key && *one == part.key),
        };
        let heavy =
            |part: &&Plain| self.least.is_none_or(|least| part.weight.is_some_and(|weight| weight >= least));
        let mut rows: Vec<&Plain> = parts.iter().filter(related).filter(heavy).collect();
        rows.sort_by(|a, b| {
            let each = self.order.iter().map(|(by, descending, first)| {
                fn compare<T: Ord>(
                    a: &Option<T>,
                    b: &Option<T>,
                    descending: bool,
                    first: bool,
                ) -> std::cmp::Ordering {
                    match (a, b) {
                        (Some(a), Some(b)) if descending => b.cmp(a),
                        (Some(a), Some(b)) => a.cmp(b),
                        (None, None) => std::cmp::Ordering::Equal,
                        (None, Some(_)) if first => std::cmp::Ordering::Less,
                        (None, Some(_)) => std::cmp::Ordering::Greater,
                        (Some(_), None) if first => std::cmp::Ordering::Greater,
                        (Some(_), None) => std::cmp::Ordering::Less,
                    }
                }
                let first = first.unwrap_or(!descending);
                match by {
                    By::Weight => compare(&a.weight, &b.weight, *descending, first),
                    By::Name => compare(&a.name, &b.name, *descending, first),
                    By::Word => compare(&Some(&a.key.0), &Some(&b.key.0), *descending, first),
                    By::Number => compare(&Some(a.key.1), &Some(b.key.1), *descending, first),
                }
            });
            each.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then).then_with(|| a.key.cmp(&b.key))
        });
        let rows = rows.into_iter().skip(self.offset.unwrap_or(0)).take(self.limit.unwrap_or(usize::MAX));
        rows.map(|part| part.key.clone()).collect()
    }
}

/// Makes parts and pairs of them at random, and gives what plain SQL reads of both.
async fn fill(
    db: &TestDb,
    runner: &mut TestRunner,
) -> Result<(Vec<Plain>, Vec<(PartKey, PartKey)>), Box<dyn std::error::Error + Send + Sync>> {
    let on = db.handle();
    Link::objects().using(on).delete_all().await?;
    Part::objects().using(on).update_all(Part::above.set(None)).await?;
    Part::objects().using(on).delete_all().await?;
    // Words that are alike but for case, accents and blanks, in any order.
    let word = prop_oneof![Just("a"), Just("A"), Just("ä"), Just("a b"), Just("ab"), Just("")];
    let part = (
        word,
        -2..4_i32,
        proptest::option::of(-3..4_i32),
        proptest::option::of("[aAbä]{0,2}"),
        any::<prop::sample::Index>(),
    );
    let parts = proptest::collection::vec(part, 0..40)
        .new_tree(runner)
        .map_err(|reason| reason.to_string())?
        .current();
    let mut made: BTreeMap<PartKey, (Option<i32>, Option<String>, prop::sample::Index)> = BTreeMap::new();
    for (word, number, weight, name, above) in parts {
        made.insert((word.to_owned(), number), (weight, name, above));
    }
    let new = made.iter().map(|((word, number), (weight, name, _))| {
        NewPart::new(word.as_str(), *number).weight(*weight).name(name.clone())
    });
    Part::objects().using(on).bulk_create(new).await?;
    let keys: Vec<PartKey> = made.keys().cloned().collect();
    for (key, (_, _, above)) in &made {
        // About half of them are below another one, or themselves.
        let above = above.index(keys.len() * 2);
        if let Some(above) = keys.get(above) {
            let own =
                Part::objects().using(on).filter(Part::word.eq(key.0.as_str()) & Part::number.eq(key.1));
            own.update(Part::above.set(above.clone())).await?;
        }
    }
    if !keys.is_empty() {
        let pairs =
            proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..60);
        let pairs = pairs.new_tree(runner).map_err(|reason| reason.to_string())?.current();
        let pairs =
            pairs.iter().map(|(one, two)| NewLink::new(one.get(&keys).clone(), two.get(&keys).clone()));
        Link::objects().using(on).bulk_create(pairs).await?;
    }
    let key = |word: &Option<String>, number: &Option<String>| {
        Some((word.clone()?, number.as_ref()?.parse().ok()?))
    };
    let parts =
        db.oracle("SELECT word, number, above_word, above_number, weight, name FROM rnd_part").await?;
    let parts = parts.iter().map(|row| {
        let [word, number, above_word, above_number, weight, name] = &row[..] else {
            return Err("six columns");
        };
        Ok(Plain {
            key: key(word, number).ok_or("a key")?,
            above: key(above_word, above_number),
            weight: weight.as_ref().and_then(|weight| weight.parse().ok()),
            name: name.clone(),
        })
    });
    let links = db.oracle("SELECT one_word, one_number, two_word, two_number FROM rnd_link").await?;
    let links = links.iter().map(|row| {
        let [a, b, c, d] = &row[..] else { return Err("four columns") };
        key(a, b).zip(key(c, d)).ok_or("keys")
    });
    Ok((parts.collect::<Result<_, _>>()?, links.collect::<Result<_, _>>()?))
}

cases! {
    /// What is loaded is what plain SQL has: related, filtered, ordered, cut for each row; on one level and on two.
    async fn as_plain_sql_has_it(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&TABLES).await?;
        let full = std::env::var_os("ORM_TEST_FULL").is_some();
        let (graphs, wishes) = if full { (20, 60) } else { (4, 20) };
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[11; 32]);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let (strategy, mut some) = (wish(), 0);
        for _ in 0..graphs {
            let (parts, links) = fill(db, &mut runner).await?;
            for _ in 0..wishes {
                let wish = strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
                let query = Part::objects().using(on).order_by((Part::number.desc(), Part::word));
                let got: Vec<(PartKey, Vec<(PartKey, Below)>)> = match &wish.deeper {
                    None => {
                        let rows = query.clone().prefetch_related(wish.prefetch()).all().await.map_err(|error| format!("{wish:?}: {error:?}"))?;
                        rows.iter().map(|(row, of)| (row.key(), of.iter().map(|part| (part.key(), Vec::new())).collect())).collect()
                    }
                    Some(deeper) => {
                        let rows = query.clone().prefetch_related(wish.prefetch().with(deeper.prefetch())).all().await.map_err(|error| format!("{wish:?}: {error:?}"))?;
                        let keys = |parts: &[Part]| parts.iter().map(Model::key).collect();
                        rows.iter().map(|(row, of)| (row.key(), of.iter().map(|(part, of)| (part.key(), keys(of))).collect())).collect()
                    }
                };
                let mut keys: Vec<PartKey> = parts.iter().map(|part| part.key.clone()).collect();
                keys.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
                let below = |key: &PartKey| wish.deeper.as_ref().map_or_else(Vec::new, |deeper| deeper.found(key, &parts, &links));
                let wanted: Vec<_> = keys.iter().map(|key| {
                    let found = wish.found(key, &parts, &links);
                    (key.clone(), found.into_iter().map(|key| (key.clone(), below(&key))).collect::<Vec<_>>())
                }).collect();
                assert_eq!(got, wanted, "{wish:?}");
                some += usize::from(wanted.iter().any(|(_, of)| of.len() > 1));
                // The same for rows at hand.
                let rows = query.all().await?;
                let hand = wish.prefetch().load(&rows).using(on).await?;
                let hand: Vec<Vec<_>> = hand.iter().map(|list| list.iter().map(Model::key).collect()).collect();
                assert_eq!(hand, wanted.iter().map(|(_, of)| of.iter().map(|(key, _)| key.clone()).collect()).collect::<Vec<Vec<_>>>(), "{wish:?}");
            }
        }
        // The wishes must be ones that find something, or nothing is shown.
        assert!(some * 4 > graphs * wishes, "only {some} wishes of {} give several rows", graphs * wishes);
        Ok(())
    }
}
