//! Servers that are set up in another way than ours: other modes of SQL, roles with few rights, names with signs.

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Kind, Outcome, cases};
use sqlx::{Connection as _, Executor as _};

cases! {
    /// On a lent connection with other modes of SQL, what is read and written is the same.
    async fn other_modes_of_sql(db: &TestDb) -> Outcome {
        if !matches!(db.kind(), Kind::MariaDb | Kind::MySql) {
            return Ok(());
        }
        db.handle().create_tables(&blog::TABLES).await?;
        for mode in ["", "NO_BACKSLASH_ESCAPES", "ANSI", "TRADITIONAL,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT", "ANSI_QUOTES,HIGH_NOT_PRECEDENCE"] {
            let mut connection = sqlx::MySqlConnection::connect(db.url()).await?;
            connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(format!("SET sql_mode = '{mode}'")))).await?;
            for name in ["back\\slash", "it's \"so\"", "per%cent_\\%", "\u{1a}", "|pipe||"] {
                let made = User::objects().using(&mut connection).create(NewUser::new(format!("{name} {mode}")).age(-3)).await?;
                assert_eq!(made.username, format!("{name} {mode}"));
                let q = User::username.starts_with(name) & User::username.contains(name) & User::username.ends_with(format!("{name} {mode}"));
                assert_eq!(User::objects().using(&mut connection).filter(q.clone()).count().await?, 1, "{name} {mode}");
                let rest = User::objects().using(&mut connection).exclude(q).count().await?;
                let all = User::objects().using(&mut connection).count().await?;
                assert_eq!(rest, all - 1, "{name} {mode}");
            }
            let aged = User::objects().using(&mut connection).filter(!(User::age.lt(0) & User::active) | User::age.is_null()).count().await?;
            assert_eq!(aged, 0, "{mode}");
            let sums = User::objects().using(&mut connection).filter(!!User::active).group_by(User::active).annotate((sum(User::age), count_rows())).all().await?;
            assert_eq!(sums.len(), 1);
            connection.close().await?;
        }
        Ok(())
    }

    /// A role that may write to a table, but not to the sequence of its key: an explicit key is refused by name,
    /// because nobody could move the sequence behind it.
    async fn a_role_with_few_rights(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Postgres {
            return Ok(());
        }
        db.handle().create_tables(&blog::TABLES).await?;
        let schema = db.oracle("SELECT current_schema()").await?.into_iter().flatten().flatten().next().ok_or("no schema")?;
        let role = format!("{schema}_role");
        db.oracle(&format!("CREATE ROLE {role}; GRANT USAGE ON SCHEMA {schema} TO {role}; GRANT SELECT, INSERT ON users TO {role}")).await?;
        let mut connection = sqlx::PgConnection::connect(db.url().split('?').next().unwrap_or_default()).await?;
        connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(format!("SET search_path = {schema}; SET ROLE {role}")))).await?;
        let outcome = async {
            User::objects().using(&mut connection).create(NewUser::new("ann")).await?;
            for id in [100, 10_000] {
                let error = User::objects().using(&mut connection).create(NewUser::new("bob").id(id)).await.unwrap_err();
                assert!(error.to_string().contains("users_id_seq"), "{error}");
            }
            User::objects().using(&mut connection).count().await
        }.await;
        connection.close().await?;
        db.oracle(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).await?;
        assert_eq!(outcome?, 1);
        Ok(())
    }

    /// What cannot be reached is an error that tells neither the password nor any part of it.
    async fn passwords_are_not_told(db: &TestDb) -> Outcome {
        let scheme = match db.kind() {
            Kind::Sqlite => return Ok(()),
            Kind::Postgres => "postgres",
            Kind::MariaDb => "mariadb",
            Kind::MySql => "mysql",
        };
        for (written, told) in [("s3cr%40t%2Fx", "s3cr"), ("s3cr%zz", "s3cr"), ("s3cr@t", "s3cr"), ("s3cr:t#x", "s3cr"), ("s3cr?ssl=s3cr", "s3cr"), ("%73%33cr", "s3cr")] {
            for place in ["127.0.0.1:1/none", "127.0.0.1:99999/none", "/none", "127.0.0.1:1/none?no_such=1", "[::1"] {
                let url = format!("{scheme}://nobody:{written}@{place}");
                let Err(error) = Database::open("wrong", url.as_str()).await else {
                    return Err(format!("{url} opened").into());
                };
                let mut text = format!("{error} {error:?} {error:#?}");
                let mut source = std::error::Error::source(&error);
                while let Some(inner) = source {
                    text.push_str(&format!("{inner} {inner:?}"));
                    source = inner.source();
                }
                assert!(!text.contains(told) && !text.contains("%73"), "{written} {place}: {text}");
            }
        }
        let wrong = Database::open("wrong", "nosuch://a:s3cr@b/c").await;
        assert!(wrong.is_err_and(|error| matches!(error.kind(), ErrorKind::UnsupportedScheme { .. }) && !format!("{error:?}").contains("s3cr")));
        Ok(())
    }

    /// A handle bound anew while queries run, bound twice at once, closed and used.
    async fn bound_anew(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let other = Database::open("anew", db.url()).await?;
        let users = User::objects().using(&other);
        users.clone().bulk_create((0..200).map(|n| NewUser::new(format!("u{n}")))).await?;
        let reads = (0..40).map(|_| { let users = users.clone(); async move { users.all().await.map(|rows| rows.len()) } });
        let again = async { let (a, b) = tokio::join!(other.init(db.url()), other.init(db.url())); a.and(b) };
        let (reads, again) = tokio::join!(futures_util::future::join_all(reads), again);
        again?;
        assert!(reads.iter().all(|read| read.as_ref().is_ok_and(|rows| *rows == 200)), "{reads:?}");
        let failed = other.init("sqlite:///no/such/directory/at/all.db").await;
        assert!(failed.is_err());
        assert_eq!(users.clone().count().await?, 200);
        let guard = orm::begin().using(&other).await?;
        User::objects().using(&guard).create(NewUser::new("late")).await?;
        let (closed, committed) = tokio::join!(other.close(), guard.commit());
        closed?;
        committed?;
        let error = users.count().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotInitialized | ErrorKind::UnknownDatabase { .. } | ErrorKind::PoolClosed), "{error:?}");
        assert_eq!(User::objects().using(db.handle()).count().await?, 201);
        other.close().await?;
        Ok(())
    }
}
