//! What a database says that it can do is what it does, and all else is refused before anything is sent.

use orm::model::Table;
use orm::prelude::*;
use orm::{Backend, Capability, ErrorKind, SqliteLock};
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Outcome, StatementLog, cases};

/// Models that need one thing each.
macro_rules! one_thing {
    ($($model:ident $table:literal $what:meta)*) => {$(
        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = $table, $what)]
        struct $model {
            #[field(primary_key)]
            id: i64,
            a: i32,
            #[field(max_length = 20)]
            name: String,
        }
    )*};
}
one_thing! {
    Plain "can_plain" ordering(id)
    Partial "can_partial" index(a, where = Self::a.gt(0))
    Computed "can_computed" index(expr(Self::a + 1))
    Hash "can_hash" index(a, method = "hash")
    Descending "can_descending" index(-a)
    Worded "can_words" full_text(name)
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "can_arrays")]
struct Listed {
    #[field(primary_key)]
    id: i64,
    list: Vec<i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "can_virtual")]
struct Shown {
    #[field(primary_key)]
    id: i64,
    a: i32,
    #[field(generated(Self::a * 2, virtual))]
    double: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "can_default")]
struct Fallen {
    #[field(primary_key)]
    id: i64,
    #[field(on_delete = set_default, db_default = 1)]
    to: ForeignKey<Plain>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "can_json")]
struct Noted {
    #[field(primary_key)]
    id: i64,
    notes: serde_json::Value,
}

/// Whether it went well; anything but a refusal is an error of the test.
fn went<T>(result: orm::Result<T>) -> orm::Result<bool> {
    match result {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn can(db: &Database, capability: Capability) -> orm::Result<bool> {
    let tables = async |tables: &[&'static Table]| went(db.create_tables(tables).await);
    match capability {
        Capability::RowLocks => {
            let locked = orm::atomic(async |_| User::objects().using(db).for_update().all().await);
            went(locked.using(db).await)
        }
        Capability::DatabaseLocks => {
            let locked = orm::atomic(async |_| Ok::<_, orm::Error>(())).lock(SqliteLock::Exclusive);
            went(locked.using(db).await)
        }
        Capability::Arrays => tables(&[Listed::TABLE]).await,
        Capability::Hstore => tables(&[crate::hstore::Product::TABLE]).await,
        Capability::JsonEquality => {
            db.create_tables(&[Noted::TABLE]).await?;
            let noted = Noted::objects().using(db).filter(Noted::notes.eq(serde_json::json!({})));
            went(noted.count().await)
        }
        Capability::UpdateFromRows => {
            let named = Post::title.set(Post::author.to(User::username));
            went(Post::objects().using(db).filter(Post::id.gt(0)).update(named).await)
        }
        Capability::TransactionalDdl => {
            let made = orm::atomic(async |_| db.create_tables(&[Plain::TABLE]).await);
            went(made.using(db).await)
        }
        Capability::SetDefault => tables(&[Plain::TABLE, Fallen::TABLE]).await,
        Capability::PartialIndexes => tables(&[Partial::TABLE]).await,
        Capability::ExpressionIndexes => tables(&[Computed::TABLE]).await,
        Capability::IndexMethods => tables(&[Hash::TABLE]).await,
        Capability::DescendingIndexes => tables(&[Descending::TABLE]).await,
        Capability::VirtualColumns => tables(&[Shown::TABLE]).await,
        Capability::FullText => tables(&[Worded::TABLE]).await,
        Capability::CaseMapping => {
            went(User::objects().using(db).filter(User::username.iexact("ann")).count().await)
        }
        // Tests of their own: `own_functions`, `metas`.
        other => db.supports(other).await,
    }
}

cases! {
    /// Each is there if it is said to be, and `Unsupported` if not.
    async fn what_is_said_is_so(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        for capability in Capability::ALL {
            let said = db.handle().supports(*capability).await?;
            assert_eq!(can(db.handle(), *capability).await?, said, "{capability:?}");
            assert_eq!(db.handle().require(*capability).await.is_ok(), said, "{capability:?}");
            let backend = db.handle().backend().ok_or("open")?;
            // What the oldest version has, every version has.
            assert!(said || !backend.supports(*capability), "{capability:?}");
        }
        assert_eq!(db.handle().supports(Capability::RowLocks).await?, db.handle().backend() != Some(Backend::Sqlite));
        Ok(())
    }

    /// To ask costs no statement, and what is not there is refused without one.
    async fn nothing_is_sent(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let log = StatementLog::start();
        for capability in Capability::ALL {
            if !db.handle().supports(*capability).await? {
                let error = db.handle().require(*capability).await.unwrap_err();
                let ErrorKind::Unsupported { feature, backend } = error.kind() else { return Err(error.into()) };
                assert_eq!((*feature, Some(*backend)), (capability.name(), db.handle().backend().map(Backend::name)));
                assert_eq!(error.database(), Some(db.handle().name()));
            }
        }
        assert_eq!(log.take().len(), 0);
        let never = Database::deferred("never bound");
        let error = never.supports(Capability::RowLocks).await.unwrap_err();
        assert_eq!((error.kind(), error.database()), (&ErrorKind::NotInitialized, Some("never bound")));
        // A database that has not connected yet does so to be asked.
        let lazy = Database::deferred("lazily bound");
        lazy.init_lazy(db.url()).await?;
        let known = db.handle().supports(Capability::Arrays).await?;
        assert_eq!(lazy.supports(Capability::Arrays).await?, known);
        lazy.close().await?;
        Ok(())
    }
}
