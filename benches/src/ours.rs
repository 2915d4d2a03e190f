//! Ours.

use anyhow::Result;
use orm::prelude::*;
use orm::{DatabaseOptions, PoolOptions};

use crate::data::{self, BULK, CONNECTIONS, Contender, Data, TASKS, Work, Workload, add, key};

/// A table to read.
#[derive(Model, Debug, Clone)]
#[model(table = "orm_bench_items")]
pub struct Item {
    #[field(primary_key, insertable)]
    pub id: i64,
    pub name: String,
    pub score: i64,
}

/// Related rows.
#[derive(Model, Debug, Clone)]
#[model(table = "orm_bench_parts")]
pub struct Part {
    #[field(primary_key, insertable)]
    pub id: i64,
    pub name: String,
    #[field(related_name = parts)]
    pub item: ForeignKey<Item>,
}

/// A table to insert into.
#[derive(Model, Debug, Clone)]
#[model(table = "orm_bench_new")]
pub struct New {
    #[field(primary_key)]
    pub id: i64,
    pub name: String,
    pub score: i64,
}

/// A table to update.
#[derive(Model, Debug, Clone)]
#[model(table = "orm_bench_changed")]
pub struct Changed {
    #[field(primary_key, insertable)]
    pub id: i64,
    pub name: String,
    pub score: i64,
}

pub struct Ours {
    db: Database,
    backend: Backend,
}

impl Ours {
    pub async fn connect(data: &Data) -> Result<Self> {
        let options = DatabaseOptions::url(data.ours());
        let options = options.pool(PoolOptions::new().max_connections(CONNECTIONS));
        let backend = match data.backend {
            data::Backend::Sqlite => Backend::Sqlite,
            data::Backend::Postgres => Backend::Postgres,
            data::Backend::MariaDb => Backend::MariaDb,
            data::Backend::MySql => Backend::MySql,
        };
        Ok(Self { db: Database::open("bench", options).await?, backend })
    }

    async fn work(&self, workload: Workload, times: u32) -> Result<u64> {
        let mut sum = 0;
        match workload {
            Workload::Pk => return pk(&self.db, 0..times).await,
            Workload::Select100 | Workload::Select10000 => {
                let limit = u64::try_from(workload.limit())?;
                for _ in 0..times {
                    let rows = Item::objects().using(&self.db).order_by(Item::id).limit(limit).all().await?;
                    sum = rows.iter().fold(0, |sum, row| add(sum, row.id, &row.name, row.score));
                }
            }
            Workload::Prefetch => {
                let limit = u64::try_from(workload.limit())?;
                for _ in 0..times {
                    let items = Item::objects().using(&self.db).order_by(Item::id).limit(limit);
                    let rows = items.prefetch_related(Item::parts).all().await?;
                    sum = rows.iter().fold(0, |sum, (row, parts)| {
                        let sum = add(sum, row.id, &row.name, row.score);
                        parts.iter().fold(sum, |sum, part| add(sum, part.id, &part.name, *part.item.key()))
                    });
                }
            }
            Workload::Insert => {
                for i in 0..i64::from(times) {
                    let new = New::objects().using(&self.db).create(NewNew::new(data::name(i), i)).await?;
                    sum = add(sum, i64::from(new.id > 0), &new.name, new.score);
                }
            }
            Workload::Insert1000 => {
                for _ in 0..times {
                    let new = (0..BULK).map(|i| NewNew::new(data::name(i), i));
                    sum += New::objects().using(&self.db).bulk_create(new).await?;
                }
            }
            Workload::Update => {
                for i in 0..times {
                    let one = Changed::objects().using(&self.db).filter(Changed::id.eq(key(i)));
                    sum += one.update(Changed::score.set(i64::from(i))).await?;
                }
            }
            Workload::Filters => {
                for i in 0..i64::from(times) {
                    let sql = filtered(&self.db, i).to_sql(self.backend)?;
                    sum += u64::from(sql.len() > 10);
                }
            }
            Workload::Pool => {
                let tasks: Vec<_> = (0..TASKS)
                    .map(|task| {
                        let db = self.db.clone();
                        tokio::spawn(async move { pk(&db, task * times..(task + 1) * times).await })
                    })
                    .collect();
                for task in tasks {
                    sum += task.await??;
                }
            }
        }
        Ok(sum)
    }
}

async fn pk(db: &Database, keys: std::ops::Range<u32>) -> Result<u64> {
    let mut sum = 0;
    for i in keys {
        let item = Item::objects().using(db).get(key(i)).await?;
        sum = add(sum, item.id, &item.name, item.score);
    }
    Ok(sum)
}

fn filtered(db: &Database, i: i64) -> orm::Run<'static, Vec<Item>> {
    Item::objects()
        .using(db)
        .filter(Item::id.gt(i))
        .filter(Item::id.lt(i + 1_000))
        .filter(Item::id.ne(i + 5))
        .filter(Item::score.ge(i))
        .filter(Item::score.le(i + 5_000))
        .filter(Item::score.ne(i + 7))
        .filter(Item::name.gt("a"))
        .filter(Item::name.lt("z"))
        .filter(Item::name.ne("item"))
        .filter(Item::name.ge("b"))
        .all()
}

impl Contender for Ours {
    fn name(&self) -> &'static str {
        "ours"
    }

    fn run(&mut self, workload: Workload, times: u32) -> Work<'_> {
        Box::pin(self.work(workload, times))
    }
}
