//! Random writes over few keys do what the same rules do in Rust, and say so, on every backend.

use orm::prelude::*;
use orm_tests::{Outcome, TestDb, cases};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// A thing with three keys, one of which may be NULL and one of which is counted.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "modelled", new(Debug, Clone))]
pub(crate) struct Thing {
    #[field(primary_key, insertable)]
    pub id: i64,
    #[field(max_length = 4, unique)]
    pub name: String,
    #[field(unique)]
    pub slot: Option<i32>,
    #[field(check = Thing::n.ge(0))]
    pub n: i32,
}

/// A new row: name, slot, n.
type New = (String, Option<i32>, i32);

/// What is asked of the database.
#[derive(Debug, Clone)]
enum Write {
    /// By name, or by slot: adds the new `n`; where it is greater alone, if it is asked for; takes the slot, if that is.
    Upsert {
        new: New,
        by_slot: bool,
        greater: bool,
        slot: bool,
        told: bool,
    },
    Leave {
        new: New,
        by_slot: bool,
        told: bool,
    },
    Many {
        new: Vec<New>,
        greater: bool,
    },
    LeaveMany {
        new: Vec<New>,
    },
    Ignore {
        new: Vec<New>,
    },
    Get {
        new: New,
    },
    Update {
        new: New,
        slot: bool,
    },
}

/// What it says: rows, and whether or how many were written; or that a key or a check is in the way.
#[derive(Debug, Clone, PartialEq)]
enum Said {
    Row(New, Option<bool>),
    Count(u64),
    Unique,
    Check,
}

impl Said {
    fn is_refused(&self) -> bool {
        matches!(self, Self::Unique | Self::Check)
    }
}

/// The rules, over rows in memory.
#[derive(Debug, Clone, Default)]
struct Rules(Vec<New>);

impl Rules {
    fn at(&self, new: &New, by_slot: bool) -> Option<usize> {
        self.0.iter().position(|row| if by_slot { row.1.is_some() && row.1 == new.1 } else { row.0 == new.0 })
    }

    fn insert(&mut self, new: &New) -> Result<(), Said> {
        if new.2 < 0 {
            return Err(Said::Check);
        }
        if self.at(new, false).is_some() || self.at(new, true).is_some() {
            return Err(Said::Unique);
        }
        self.0.push(new.clone());
        Ok(())
    }

    /// Whether it was inserted, and whether it was written at all.
    fn upsert(
        &mut self,
        new: &New,
        by_slot: bool,
        change: Option<(bool, bool)>,
    ) -> Result<(New, bool, bool), Said> {
        if new.2 < 0 {
            return Err(Said::Check);
        }
        let Some(at) = self.at(new, by_slot) else {
            self.insert(new)?;
            return Ok((new.clone(), true, true));
        };
        let mut row = self.0[at].clone();
        match change {
            Some((greater, slot)) if !greater || new.2 > row.2 => {
                row.2 += new.2;
                if slot {
                    row.1 = new.1;
                    if self
                        .0
                        .iter()
                        .enumerate()
                        .any(|(other, known)| other != at && row.1.is_some() && known.1 == row.1)
                    {
                        return Err(Said::Unique);
                    }
                }
                self.0[at] = row.clone();
                Ok((row, false, true))
            }
            _ => Ok((row, false, false)),
        }
    }

    fn all<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T, Said>) -> Result<T, Said> {
        let before = self.clone();
        run(self).inspect_err(|_| *self = before)
    }

    fn run(&mut self, write: &Write) -> Said {
        let told = |asked: bool, created: bool| asked.then_some(created);
        let outcome = self.all(|rules| match write {
            Write::Upsert { new, by_slot, greater, slot, told: asked } => rules
                .upsert(new, *by_slot, Some((*greater, *slot)))
                .map(|(row, created, _)| Said::Row(row, told(*asked, created))),
            Write::Leave { new, by_slot, told: asked } => rules
                .upsert(new, *by_slot, None)
                .map(|(row, created, _)| Said::Row(row, told(*asked, created))),
            Write::Many { new, greater } => {
                let mut new = new.clone();
                new.sort_by(|one, other| one.0.cmp(&other.0));
                new.iter()
                    .try_fold(0, |sum, new| {
                        rules
                            .upsert(new, false, Some((*greater, false)))
                            .map(|(_, _, written)| sum + u64::from(written))
                    })
                    .map(Said::Count)
            }
            Write::LeaveMany { new } => {
                let mut new = new.clone();
                new.sort_by(|one, other| one.0.cmp(&other.0));
                new.iter()
                    .try_fold(0, |sum, new| {
                        rules.upsert(new, false, None).map(|(_, _, written)| sum + u64::from(written))
                    })
                    .map(Said::Count)
            }
            Write::Ignore { new } => new
                .iter()
                .try_fold(0, |sum, new| match rules.insert(new) {
                    Ok(()) => Ok(sum + 1),
                    Err(Said::Unique) => Ok(sum),
                    Err(other) => Err(other),
                })
                .map(Said::Count),
            Write::Get { new } => match rules.at(new, false) {
                Some(at) => Ok(Said::Row(rules.0[at].clone(), Some(false))),
                None => rules.insert(new).map(|()| Said::Row(new.clone(), Some(true))),
            },
            Write::Update { new, slot } => match rules.at(new, false) {
                Some(_) => {
                    // Of a row that is there, the new one need not fit.
                    let fits = (new.0.clone(), new.1, new.2.max(0));
                    let n = rules.0.iter().find(|row| row.0 == new.0).map_or(0, |row| row.2);
                    if n + new.2 < 0 {
                        return Err(Said::Check);
                    }
                    let (mut row, ..) = rules.upsert(&fits, false, Some((false, *slot)))?;
                    row.2 = n + new.2;
                    let at = rules.at(new, false).unwrap_or(0);
                    rules.0[at] = row.clone();
                    Ok(Said::Row(row, Some(false)))
                }
                None => rules.insert(new).map(|()| Said::Row(new.clone(), Some(true))),
            },
        });
        outcome.unwrap_or_else(|said| said)
    }
}

fn row(thing: Thing) -> New {
    (thing.name, thing.slot, thing.n)
}

fn new(of: &New) -> NewThing {
    NewThing::new(of.0.clone(), of.2).slot(of.1)
}

/// The same by the database.
async fn run(db: &Database, write: &Write) -> orm::Result<Said> {
    let on = || Thing::objects().using(db);
    let add = || Thing::n.set(Thing::n + Thing::n.excluded());
    let set = |slot: bool| match slot {
        true => vec![add(), Thing::slot.set(Thing::slot.excluded())],
        false => vec![add()],
    };
    let greater = || Thing::n.excluded().gt(Thing::n);
    Ok(match write {
        Write::Upsert { new: of, by_slot, greater: only, slot, told } => {
            let put = on().upsert(new(of));
            let put = if *by_slot { put.on_conflict(Thing::slot) } else { put.on_conflict(Thing::name) };
            let put = put.update(set(*slot && !by_slot));
            let put = if *only { put.filter(greater()) } else { put };
            match told {
                true => put.created().await.map(|(thing, created)| Said::Row(row(thing), Some(created)))?,
                false => Said::Row(row(put.await?), None),
            }
        }
        Write::Leave { new: of, by_slot, told } => {
            let put = on().upsert(new(of));
            let put = if *by_slot { put.on_conflict(Thing::slot) } else { put.on_conflict(Thing::name) };
            match told {
                true => put
                    .do_nothing()
                    .created()
                    .await
                    .map(|(thing, created)| Said::Row(row(thing), Some(created)))?,
                false => Said::Row(row(put.do_nothing().await?), None),
            }
        }
        Write::Many { new: of, greater: only } => {
            let put = on().bulk_upsert(of.iter().map(new)).on_conflict(Thing::name).update(add());
            Said::Count(if *only { put.filter(greater()).await? } else { put.await? })
        }
        Write::LeaveMany { new: of } => {
            Said::Count(on().bulk_upsert(of.iter().map(new)).on_conflict(Thing::name).do_nothing().await?)
        }
        Write::Ignore { new: of } => {
            Said::Count(on().bulk_create(of.iter().map(new)).ignore_conflicts().await?)
        }
        Write::Get { new: of } => {
            let (thing, created) = on().filter(Thing::name.eq(&of.0)).get_or_create(new(of)).await?;
            Said::Row(row(thing), Some(created))
        }
        Write::Update { new: of, slot } => {
            let named = on().filter(Thing::name.eq(&of.0));
            let (thing, created) = named.update_or_create(new(of), set(*slot)).await?;
            Said::Row(row(thing), Some(created))
        }
    })
}

fn write() -> impl Strategy<Value = Write> {
    let row = || {
        let name = prop::sample::select(vec!["a", "A", "b", "ä", "", "a "]);
        (
            name.prop_map(str::to_owned),
            prop::option::weighted(0.7, 0..5_i32),
            prop_oneof![9 => 0..9_i32, 1 => Just(-1)],
        )
    };
    let rows = || prop::collection::vec(row(), 0..4);
    prop_oneof![
        4 => (row(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(new, by_slot, greater, slot, told)| {
            Write::Upsert { new, by_slot, greater, slot: slot && !by_slot, told }
        }),
        2 => (row(), any::<bool>(), any::<bool>()).prop_map(|(new, by_slot, told)| Write::Leave { new, by_slot, told }),
        2 => (rows(), any::<bool>()).prop_map(|(new, greater)| Write::Many { new, greater }),
        1 => rows().prop_map(|new| Write::LeaveMany { new }),
        2 => rows().prop_map(|new| Write::Ignore { new }),
        1 => row().prop_map(|new| Write::Get { new }),
        2 => (row(), any::<bool>()).prop_map(|(new, slot)| Write::Update { new, slot }),
    ]
}

async fn stored(db: &TestDb) -> Result<Vec<Vec<Option<String>>>, Box<dyn std::error::Error + Send + Sync>> {
    let mut rows = db.oracle("SELECT name, slot, n FROM modelled").await?;
    rows.sort();
    Ok(rows)
}

cases! {
    /// Each of many random writes, on its own or inside of a transaction.
    async fn writes_agree_with_rust(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Thing::TABLE]).await?;
        let writes = if std::env::var_os("ORM_TEST_FULL").is_some() { 3_000 } else { 100 };
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[11; 32]);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let strategy = (write(), prop::bool::weighted(0.3));
        let mut rules = Rules::default();
        let (mut unique, mut checks, mut rest) = (0, 0, 0);
        for turn in 0..writes {
            let (write, inside) = strategy.new_tree(&mut runner).map_err(|reason| reason.to_string())?.current();
            let said = match inside {
                true => orm::atomic(async |_| run(db.handle(), &write).await).using(db.handle()).await,
                false => run(db.handle(), &write).await,
            };
            let said = match said {
                Ok(said) => said,
                Err(error) if error.is_unique_violation() => Said::Unique,
                Err(error) if error.is_check_violation() => Said::Check,
                Err(error) => return Err(format!("{turn}: {write:?}: {error:?}").into()),
            };
            let before = rules.clone();
            let expected = rules.run(&write);
            match &expected {
                Said::Unique => unique += 1,
                Said::Check => checks += 1,
                _ => rest += 1,
            }
            // Of several things that are wrong with many rows, whichever is found first is told.
            let either = matches!(write, Write::Many { .. }) && said.is_refused() && expected.is_refused();
            assert!(either || said == expected, "{turn}: {write:?} {before:?}: {said:?}, not {expected:?}");
            let text = |row: &New| vec![Some(row.0.clone()), row.1.map(|slot| slot.to_string()), Some(row.2.to_string())];
            let mut rows: Vec<_> = rules.0.iter().map(text).collect();
            rows.sort();
            assert_eq!(stored(db).await?, rows, "{turn}: {write:?} {before:?}");
            if turn % 25 == 24 {
                Thing::objects().using(db.handle()).delete_all().await?;
                rules.0.clear();
            }
        }
        // Or it would prove little.
        assert!(unique > writes / 10 && checks > writes / 50 && rest > writes / 3, "{unique} {checks} {rest}");
        Ok(())
    }
}
