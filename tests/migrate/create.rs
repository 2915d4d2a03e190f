//! The tables that migrations come to are those that `create_all` makes, and what it refuses nobody makes a migration of.

use std::collections::BTreeSet;

use orm::model::Table;
use orm::prelude::*;
use orm::{Backend, DbEnum, ErrorKind, schema};
use orm_migrate::{Files, Made, Migration, Models, Options, make};
use orm_tests::scenario::{blog, shop, types};
use orm_tests::{Kind, Outcome, StatementLog, TestDb, cases};

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum Priority {
    Low,
    High,
}

/// Everything that a schema can say, but for what some backends lack.
#[derive(Model, Debug)]
#[model(
    table = "migrated_tasks",
    index(title, -due),
    unique_together(owner, title),
    check(Self::title.ne("") | Self::due.is_null(), name = "title_or_due")
)]
struct Task {
    #[field(primary_key)]
    id: i64,
    /// What is to be done.
    #[field(max_length = 60, db_default = "it's \"new\"")]
    title: String,
    due: Option<NaiveDate>,
    #[field(choices(1, 2, 3), db_default = 2)]
    size: i32,
    priority: Priority,
    #[field(on_delete = cascade)]
    owner: ForeignKey<Owner>,
    #[field(generated = Self::size * 2)]
    twice: i32,
}

#[derive(Model, Debug)]
#[model(table = "migrated_owners", comment = "Who owns tasks")]
struct Owner {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = set_null)]
    first: Option<ForeignKey<Task>>,
}

#[derive(Model, Debug)]
#[model(table = "migrated_partial", index(name, where = Self::open))]
struct Partial {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
    open: bool,
}

#[derive(Model, Debug)]
#[model(table = "migrated_unique", unique_together(name, where = Self::open))]
struct PartialUnique {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
    open: bool,
}

#[derive(Model, Debug)]
#[model(table = "migrated_functional", index(expr(Self::one + Self::two)))]
struct Functional {
    #[field(primary_key)]
    id: i64,
    one: i32,
    two: i32,
}

#[derive(Model, Debug)]
#[model(table = "migrated_folded", unique_together(expr(orm::lower(Self::name))))]
struct Folded {
    #[field(primary_key)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
}

pub(super) fn backend(db: &TestDb) -> Backend {
    match db.kind() {
        Kind::Sqlite => Backend::Sqlite,
        Kind::Postgres => Backend::Postgres,
        Kind::MariaDb => Backend::MariaDb,
        Kind::MySql => Backend::MySql,
    }
}

/// The tables behind the migrations that are made of these models, by way of their files.
fn by_files(tables: &[&'static Table], backend: Backend) -> orm_migrate::Result<Vec<schema::Table>> {
    let models = Models::of(tables, &[backend])?;
    let Made::Migrations(made) = make(&Files::new(), &models, &Options::default())? else {
        panic!("nothing to ask about new tables");
    };
    let mut files = Files::new();
    for migration in made {
        let text = migration.text().expect("text");
        files.insert(Migration::parse(migration.id.clone(), &text).expect("read"));
    }
    let state = files.state()?;
    assert_eq!(&state, models.state());
    Ok(state.tables().map(|stored| stored.table.clone()).collect())
}

/// What `create_tables` sends, but for what frames it.
async fn sent(db: &TestDb, tables: &[&'static Table]) -> orm::Result<BTreeSet<String>> {
    let log = StatementLog::start();
    db.handle().create_tables(tables).await?;
    let about = |sql: &String| {
        ["CREATE", "DO $", "DO '", "ALTER", "SET @orm_ddl"].iter().any(|begin| sql.starts_with(begin))
    };
    Ok(log.take().into_iter().map(|logged| logged.sql).filter(about).collect())
}

cases! {
    /// From models, from files: one DDL.
    async fn one_ddl(db: &TestDb) -> Outcome {
        let all: [&[&'static Table]; 4] =
            [&blog::TABLES, &shop::TABLES, &[types::EveryType::TABLE], &[Task::TABLE, Owner::TABLE]];
        for tables in all {
            let described = by_files(tables, backend(db))?;
            let written = schema::create(&described, backend(db), (u16::MAX, 0, 0))?;
            let sent = sent(db, tables).await?;
            assert!(sent.len() >= tables.len(), "{sent:?}");
            let create = |sql: &&String| sql.starts_with("CREATE TABLE");
            let tables_of = |all: &BTreeSet<String>| all.iter().filter(create).cloned().collect::<Vec<_>>();
            let written: BTreeSet<String> = written.into_iter().collect();
            // The foreign key that looks ahead in a circle is another one if the tables come in another order.
            if tables.len() != 2 {
                assert_eq!(written, sent);
            } else {
                assert_eq!(written.len(), sent.len());
                assert_eq!(tables_of(&written).len(), tables_of(&sent).len());
            }
        }
        Ok(())
    }

    /// What a backend lacks is refused in the same words, never left out nor made wider.
    async fn refused_alike(db: &TestDb) -> Outcome {
        let mut refused = Vec::new();
        for table in [Partial::TABLE, PartialUnique::TABLE, Functional::TABLE, Folded::TABLE] {
            let created = db.handle().create_tables(&[table]).await;
            match (created, by_files(&[table], backend(db))) {
                (Ok(()), Ok(described)) => {
                    let index = described[0].indexes.iter().find(|index| !index.is_constraint()).expect("an index");
                    assert!(index.expressions().all(|expression| expression.sql.get(backend(db)).is_some()));
                    assert!(index.expressions().next().is_some());
                }
                (Err(created), Err(orm_migrate::Error::Models(made))) => {
                    assert!(matches!(created.kind(), ErrorKind::Unsupported { .. }), "{created:?}");
                    assert_eq!((created.kind(), created.model(), created.field()), (made.kind(), made.model(), made.field()));
                    refused.push(table.model);
                }
                (created, made) => panic!("{}: {created:?}, {made:?}", table.model),
            }
        }
        let expected: &[&str] = match db.kind() {
            Kind::Sqlite => &["Folded"],
            Kind::Postgres => &[],
            Kind::MariaDb => &["Partial", "PartialUnique", "Functional", "Folded"],
            Kind::MySql => &["Partial", "PartialUnique"],
        };
        assert_eq!(refused, expected);
        Ok(())
    }
}
