//! Tables made from the models.

use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::scenario::shop::{self, *};
use orm_tests::{Kind, Outcome, cases};

/// A second model on a table that another one has.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "users")]
pub(crate) struct Usurper {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
}

/// Tables that refer to each other in circles, so that what is done to the rows of one is done to those of others.
mod circle {
    use orm::prelude::*;

    #[derive(Model, Debug, Clone, PartialEq)]
    #[model(table = "circle_hubs")]
    pub struct Hub {
        #[field(primary_key)]
        pub id: i64,
        #[field(on_delete = cascade)]
        pub spoke: Option<ForeignKey<Spoke>>,
        #[field(on_delete = restrict)]
        pub rim: Option<ForeignKey<Rim>>,
    }

    #[derive(Model, Debug, Clone, PartialEq)]
    #[model(table = "circle_spokes")]
    pub struct Spoke {
        #[field(primary_key)]
        pub id: i64,
        #[field(on_delete = cascade)]
        pub hub: ForeignKey<Hub>,
    }

    #[derive(Model, Debug, Clone, PartialEq)]
    #[model(table = "circle_rims")]
    pub struct Rim {
        #[field(primary_key)]
        pub id: i64,
        #[field(on_delete = cascade)]
        pub hub: ForeignKey<Hub>,
    }
}

cases! {
    /// Making the tables again changes nothing, and the order of the list does not matter.
    async fn tables_are_made_once(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Post::TABLE, Category::TABLE, User::TABLE]).await?;
        User::objects().using(db.handle()).create(NewUser::new("ann")).await?;
        db.handle().create_tables(&blog::TABLES).await?;
        assert_eq!(User::objects().using(db.handle()).count().await?, 1);
        Ok(())
    }

    /// Several programs that start at once make the tables together: each finds them there afterwards.
    async fn tables_are_made_by_many_at_once(db: &TestDb) -> Outcome {
        // With a cycle, so that a foreign key is added behind.
        let tables: Vec<_> = blog::TABLES.into_iter().chain([circle::Hub::TABLE, circle::Spoke::TABLE, circle::Rim::TABLE]).collect();
        let mut handles = Vec::new();
        for number in 0..6 {
            handles.push(Database::open(&format!("maker-{number}"), db.url()).await?);
        }
        for round in 0..3 {
            let making = handles.iter().map(|handle| async { handle.create_tables(&tables).await });
            for made in futures_util::future::join_all(making).await {
                made.map_err(|error| format!("round {round}: {error:?}"))?;
            }
            assert_eq!(User::objects().using(db.handle()).count().await?, 0);
            db.handle().drop_tables(&tables).await?;
        }
        for handle in handles {
            handle.close().await?;
        }
        Ok(())
    }

    /// Tables go in whatever order they are named, and what is not there is passed over.
    async fn tables_are_removed(db: &TestDb) -> Outcome {
        let tables = [User::TABLE, Post::TABLE, Category::TABLE];
        db.handle().create_tables(&tables).await?;
        User::objects().using(db.handle()).create(NewUser::new("ann").id(7)).await?;
        Post::objects().using(db.handle()).create(NewPost::new(7, "Hello")).await?;
        db.handle().drop_tables(&tables).await?;
        for table in tables {
            assert!(db.oracle(&format!("SELECT id FROM {}", table.name)).await.is_err(), "{}", table.name);
        }
        db.handle().drop_tables(&tables).await?;
        db.handle().create_tables(&tables).await?;
        assert_eq!(User::objects().using(db.handle()).count().await?, 0);
        Ok(())
    }

    /// A table that others refer to stays, and so do the rows that refer to it.
    async fn a_table_that_others_refer_to_stays(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        User::objects().using(db.handle()).create(NewUser::new("ann").id(7)).await?;
        Post::objects().using(db.handle()).create(NewPost::new(7, "Hello")).await?;
        let error = db.handle().drop_tables(&[User::TABLE]).await.unwrap_err();
        if db.kind() == Kind::Sqlite {
            assert!(matches!(error.kind(), orm::ErrorKind::Schema { .. }), "{error:?}");
            assert!(error.to_string().contains("`posts`"), "{error}");
        }
        assert_eq!(Post::objects().using(db.handle()).count().await?, 1);
        assert_eq!(User::objects().using(db.handle()).count().await?, 1);
        // It goes once they are gone.
        db.handle().drop_tables(&[Post::TABLE]).await?;
        db.handle().drop_tables(&[User::TABLE]).await?;
        Ok(())
    }

    /// Where it would end a transaction it is refused, elsewhere it is part of it.
    async fn removal_inside_a_transaction(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        users.clone().create(NewUser::new("ann")).await?;
        let outcome: orm::Result<()> = atomic(async |_| {
            users.clone().create(NewUser::new("bob")).await?;
            db.handle().drop_tables(&blog::TABLES).await?;
            users.clone().get(-1).await?;
            Ok(())
        })
        .using(db.handle())
        .await;
        let error = outcome.unwrap_err();
        match db.kind() {
            Kind::Sqlite | Kind::Postgres => assert!(!error.is_not_found(), "the table was gone: {error}"),
            Kind::MySql | Kind::MariaDb => {
                assert!(matches!(error.kind(), orm::ErrorKind::Unsupported { .. }), "{error:?}");
            }
        }
        assert_eq!(users.count().await?, 1);
        Ok(())
    }

    /// Tables that refer to each other in circles go with their rows, whatever is done to rows that refer to one that
    /// goes; foreign keys are kept afterwards.
    async fn circles_are_removed(db: &TestDb) -> Outcome {
        use circle::*;

        let (on, mut tables) = (db.handle(), [Hub::TABLE, Spoke::TABLE, Rim::TABLE]);
        for _ in 0..3 {
            on.create_tables(&tables).await?;
            let hub = Hub::objects().using(on).create(NewHub::new()).await?;
            let spoke = Spoke::objects().using(on).create(NewSpoke::new(&hub)).await?;
            let rim = Rim::objects().using(on).create(NewRim::new(&hub)).await?;
            Hub::objects().using(on).filter(Hub::id.eq(hub.id)).update((Hub::spoke.set(&spoke), Hub::rim.set(&rim))).await?;
            let error = Rim::objects().using(on).create(NewRim::new(hub.id + 1)).await.unwrap_err();
            assert!(error.is_foreign_key_violation(), "{error}");
            on.drop_tables(&tables).await?;
            for table in tables {
                assert!(db.oracle(&format!("SELECT id FROM {}", table.name)).await.is_err(), "{}", table.name);
            }
            tables.rotate_left(1);
        }
        Ok(())
    }

    /// Two models on one table are an error that names both.
    async fn one_table_one_model(db: &TestDb) -> Outcome {
        let error = db.handle().create_tables(&[User::TABLE, Usurper::TABLE]).await.unwrap_err();
        assert!(matches!(error.kind(), orm::ErrorKind::Schema { .. }), "{error:?}");
        let text = error.to_string();
        assert!(text.contains("User") && text.contains("Usurper"), "{text}");
        Ok(())
    }

    /// Constraints and indexes have the names that they have in every database.
    async fn names_in_the_catalog(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let indexes = match db.kind() {
            Kind::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
            Kind::Postgres => "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname LIKE '%_ix' ORDER BY 1",
            Kind::MySql | Kind::MariaDb => "SELECT DISTINCT index_name FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name LIKE '%\\_ix' ORDER BY 1",
        };
        let names: Vec<_> = db.oracle(indexes).await?.concat().into_iter().flatten().collect();
        assert!(names.contains(&"posts_author_id_published_at_ix".to_owned()), "{names:?}");
        if db.kind() != Kind::Sqlite {
            let constraints = match db.kind() {
                Kind::Postgres => "SELECT conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace ORDER BY 1",
                _ => "SELECT constraint_name FROM information_schema.table_constraints WHERE table_schema = DATABASE() ORDER BY 1",
            };
            let names: Vec<_> = db.oracle(constraints).await?.concat().into_iter().flatten().collect();
            for wanted in ["users_username_uq", "posts_author_id_fk", "posts_author_id_title_uq", "categories_parent_id_fk"] {
                assert!(names.contains(&wanted.to_owned()), "{wanted} is not in {names:?}");
            }
        }
        Ok(())
    }

    /// Reserved words, quotes and spaces in names.
    async fn names_that_need_quotes(db: &TestDb) -> Outcome {
        db.handle().create_tables(&shop::TABLES).await?;
        let day = NaiveDate::from_ymd_opt(2024, 5, 1).ok_or("day")?;
        let orders = Order::objects().using(db.handle());
        let order = orders.clone().create(NewOrder::new("ann", day)).await?;
        assert_eq!(orders.clone().filter(Order::by.eq("ann") & Order::group.ge(day)).order_by(Order::by).one().await?, order);
        assert_eq!(orders.filter(Order::id.eq(order.id)).update(Order::by.set("bob")).await?, 1);
        Ok(())
    }
}
