//! One query, several places: databases with other rows, and pools of one's own.

use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Kind, Outcome, cases};

cases! {
    /// A replica by hand: what is read there is what it has, and what is written goes to the other one.
    async fn a_replica_by_hand(db: &TestDb) -> Outcome {
        let name = format!("{} replica", db.handle().name());
        let primary = db.handle();
        let replica = db::connect(db.another().await?).name(&name).await?;
        primary.create_tables(&blog::TABLES).await?;
        replica.create_tables(&blog::TABLES).await?;
        let row = || NewUser::new("ann").id(7);
        User::objects().using(primary).create(row().age(30)).await?;
        User::objects().using(&name).create(row().age(29)).await?;
        let by_key = |id: i64| User::objects().get(id);
        assert_eq!(by_key(7).using(&name).await?.age, Some(29));
        assert_eq!(by_key(7).using(primary).await?.age, Some(30));
        let users = User::objects().using(primary);
        users.clone().filter(User::id.eq(7)).update(User::age.set(31)).await?;
        users.clone().create(NewUser::new("bob").id(8)).await?;
        // The replica lags behind, and nobody reads elsewhere silently.
        assert_eq!(by_key(7).using(&name).await?.age, Some(29));
        assert!(by_key(8).using(&name).await.unwrap_err().is_not_found());
        assert_eq!(by_key(8).using(primary).await?.username, "bob");
        // Inside of a transaction on the one, the other is still the other.
        orm::atomic(async |_| {
            users.clone().filter(User::id.eq(7)).update(User::age.set(32)).await?;
            assert_eq!(by_key(7).using(primary).await?.age, Some(32));
            assert_eq!(by_key(7).using(&name).await?.age, Some(29));
            Ok::<_, orm::Error>(())
        }).using(primary).await?;
        assert_eq!(db.oracle("SELECT id, age FROM users ORDER BY id").await?, [[Some("7".into()), Some("32".into())], [Some("8".to_owned()), None]]);
        replica.close().await?;
        Ok(())
    }

    /// Read from one database, written to another: rows as they are, with their keys, and as new ones.
    async fn from_one_to_another(db: &TestDb) -> Outcome {
        let name = format!("{} main", db.handle().name());
        let main = db::connect(db.another().await?).name(&name).await?;
        for database in [db.handle(), &main] {
            database.create_tables(&blog::TABLES).await?;
        }
        let users = ["ann", "bob", "cem"].map(|name| NewUser::new(name).age(20));
        User::objects().using(&name).bulk_create(users).await?;
        User::objects().using(db.handle()).create(NewUser::new("here already").id(100)).await?;
        let found = User::objects().using(&name).exclude(User::username.eq("bob")).order_by(User::id).all().await?;
        for user in &found {
            let copy = User::objects().using(db.handle()).create(NewUser::from(user.clone())).await?;
            assert_eq!((copy.id, &copy.username), (user.id, &user.username));
        }
        let summary = User::objects().using(&name).count().await?;
        let line = User::objects().create(NewUser::new(format!("{summary} people"))).using(db.handle()).await?;
        assert!(line.id > 100);
        let there = User::objects().using(&name).order_by(User::username).select(User::username).all().await?;
        assert_eq!(there, ["ann", "bob", "cem"]);
        let here = db.oracle("SELECT username FROM users ORDER BY username").await?;
        let here: Vec<_> = here.into_iter().flatten().flatten().collect();
        assert_eq!(here, ["3 people", "ann", "cem", "here already"]);
        main.close().await?;
        Ok(())
    }

    /// A pool that the program owns: the pool itself, a connection taken out of it, and one of its transactions. Each is
    /// used, and comes back as it was; nothing is closed, committed or kept.
    async fn pools_of_ones_own(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        macro_rules! with_pool {
            ($options:ty) => {{
                let pool = <$options>::new().max_connections(2).connect(&db.sqlx_url()).await?;
                let count = async || User::objects().using(db.handle()).count().await;
                let made = User::objects().using(&pool).create(NewUser::new("ann")).await?;
                assert_eq!(User::objects().using(pool.clone()).filter(User::username.eq("ann")).all().await?, [made]);
                let mut connection = pool.acquire().await?;
                let made = User::objects().using(&mut connection).create(NewUser::new("bob")).await?;
                assert_eq!(User::objects().using(&mut *connection).get(made.id).await?, made);
                assert_eq!(count().await?, 2);
                drop(connection);
                let mut tx = pool.begin().await?;
                User::objects().using(&mut tx).create(NewUser::new("cem")).await?;
                assert_eq!(User::objects().using(&mut *tx).count().await?, 3);
                assert_eq!(count().await?, 2, "nobody committed it");
                tx.rollback().await?;
                assert_eq!(count().await?, 2);
                let mut tx = pool.begin().await?;
                User::objects().using(&mut tx).filter(User::username.eq("ann")).update(User::age.set(5)).await?;
                tx.commit().await?;
                assert_eq!(User::objects().using(&pool).filter(User::age.eq(5)).count().await?, 1);
                // A transaction of ours on the pool, rolled back by its error.
                let failed: orm::Result<()> = orm::atomic(async |_| {
                    User::objects().using(&pool).delete_all().await?;
                    User::objects().using(&pool).get(-1).await.map(drop)
                }).using(&pool).await;
                assert!(failed.unwrap_err().is_not_found());
                assert_eq!(count().await?, 2);
                // More than it has connections for: each came back.
                for _ in 0..10 {
                    assert_eq!(User::objects().using(&pool).count().await?, 2);
                }
                assert!(!pool.is_closed());
                assert!(pool.size() <= 2);
                let (one, two) = (pool.acquire().await?, pool.acquire().await?);
                drop((one, two));
                pool.close().await;
                assert!(User::objects().using(&pool).count().await.is_err());
            }};
        }
        match db.kind() {
            Kind::Sqlite => with_pool!(sqlx::sqlite::SqlitePoolOptions),
            Kind::Postgres => with_pool!(sqlx::postgres::PgPoolOptions),
            Kind::MariaDb | Kind::MySql => with_pool!(sqlx::mysql::MySqlPoolOptions),
        }
        Ok(())
    }
}
