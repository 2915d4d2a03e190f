//! SeaORM, as its manual has it.

use anyhow::{Context as _, Result};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue, ColumnTrait as _, ConnectOptions, Database, DatabaseConnection,
    EntityTrait as _, LoaderTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, QueryTrait as _,
};

use crate::data::{self, BULK, Backend, CONNECTIONS, Contender, Data, TASKS, Work, Workload, add, key};
use crate::raw_sqlx::sqlite_options;

macro_rules! entity {
    ($module:ident, $table:literal) => {
        mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key)]
                pub id: i64,
                pub name: String,
                pub score: i64,
            }

            #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

mod item {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "orm_bench_items")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub score: i64,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::part::Entity")]
        Part,
    }

    impl Related<super::part::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Part.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod part {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "orm_bench_parts")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub item_id: i64,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::item::Entity",
            from = "Column::ItemId",
            to = "super::item::Column::Id"
        )]
        Item,
    }

    impl Related<super::item::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Item.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

entity!(new, "orm_bench_new");
entity!(changed, "orm_bench_changed");

pub struct SeaOrm {
    db: DatabaseConnection,
}

impl SeaOrm {
    pub async fn connect(data: &Data) -> Result<Self> {
        let connections = u32::try_from(CONNECTIONS)?;
        let db = if data.backend == Backend::Sqlite {
            let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(connections);
            let pool = pool.connect_with(sqlite_options(data)?).await?;
            sea_orm::SqlxSqliteConnector::from_sqlx_sqlite_pool(pool)
        } else {
            let mut options = ConnectOptions::new(&data.url);
            options.max_connections(connections).sqlx_logging(false);
            Database::connect(options).await?
        };
        Ok(Self { db })
    }

    async fn work(&self, workload: Workload, times: u32) -> Result<u64> {
        let db = &self.db;
        let mut sum = 0;
        match workload {
            Workload::Pk => return pk(db, 0..times).await,
            Workload::Select100 | Workload::Select10000 => {
                let limit = u64::try_from(workload.limit())?;
                for _ in 0..times {
                    let select = item::Entity::find().order_by_asc(item::Column::Id).limit(limit);
                    let rows = select.all(db).await?;
                    sum = rows.iter().fold(0, |sum, row| add(sum, row.id, &row.name, row.score));
                }
            }
            Workload::Prefetch => {
                let limit = u64::try_from(workload.limit())?;
                for _ in 0..times {
                    let select = item::Entity::find().order_by_asc(item::Column::Id).limit(limit);
                    let rows = select.all(db).await?;
                    let parts = rows.load_many(part::Entity::find().order_by_asc(part::Column::Id), db).await?;
                    sum = rows.iter().zip(&parts).fold(0, |sum, (row, parts)| {
                        let sum = add(sum, row.id, &row.name, row.score);
                        parts.iter().fold(sum, |sum, part| add(sum, part.id, &part.name, part.item_id))
                    });
                }
            }
            Workload::Insert => {
                for i in 0..i64::from(times) {
                    let new = row(i).insert(db).await?;
                    sum = add(sum, i64::from(new.id > 0), &new.name, new.score);
                }
            }
            Workload::Insert1000 => {
                for _ in 0..times {
                    new::Entity::insert_many((0..BULK).map(row)).exec_without_returning(db).await?;
                    sum += BULK.cast_unsigned();
                }
            }
            Workload::Update => {
                for i in 0..times {
                    let update = changed::Entity::update_many()
                        .col_expr(changed::Column::Score, i64::from(i).into())
                        .filter(changed::Column::Id.eq(key(i)));
                    sum += update.exec(db).await?.rows_affected;
                }
            }
            Workload::Filters => {
                let backend = db.get_database_backend();
                for i in 0..i64::from(times) {
                    let statement = filtered(i).build(backend);
                    sum += u64::from(statement.sql.len() > 10);
                }
            }
            Workload::Pool => {
                let tasks: Vec<_> = (0..TASKS)
                    .map(|task| {
                        let db = db.clone();
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

fn row(i: i64) -> new::ActiveModel {
    new::ActiveModel {
        id: ActiveValue::NotSet,
        name: ActiveValue::Set(data::name(i)),
        score: ActiveValue::Set(i),
    }
}

async fn pk(db: &DatabaseConnection, keys: std::ops::Range<u32>) -> Result<u64> {
    let mut sum = 0;
    for i in keys {
        let item = item::Entity::find_by_id(key(i)).one(db).await?.context("no row")?;
        sum = add(sum, item.id, &item.name, item.score);
    }
    Ok(sum)
}

fn filtered(i: i64) -> sea_orm::Select<item::Entity> {
    use item::Column::{Id, Name, Score};
    item::Entity::find()
        .filter(Id.gt(i))
        .filter(Id.lt(i + 1_000))
        .filter(Id.ne(i + 5))
        .filter(Score.gte(i))
        .filter(Score.lte(i + 5_000))
        .filter(Score.ne(i + 7))
        .filter(Name.gt("a"))
        .filter(Name.lt("z"))
        .filter(Name.ne("item"))
        .filter(Name.gte("b"))
}

impl Contender for SeaOrm {
    fn name(&self) -> &'static str {
        "sea-orm"
    }

    fn run(&mut self, workload: Workload, times: u32) -> Work<'_> {
        Box::pin(self.work(workload, times))
    }
}
