//! Errors say what is wrong, where, and never a secret.

use std::time::Duration;

use orm::prelude::*;
use orm::{ConstraintKind, DatabaseOptions, ErrorKind, PoolOptions};
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Kind, Outcome, cases};

static NEVER: Database = Database::deferred("never");

#[derive(Meta)]
#[meta(database = NEVER)]
struct NeverMeta;

/// A model whose database is never there.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = NeverMeta, table = "nowhere")]
struct Nowhere {
    #[field(primary_key)]
    id: i64,
}

cases! {
    /// Constraint violations are typed, name what is certain, and hold no value of the row.
    async fn constraints(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        users.clone().create(NewUser::new("secret-value")).await?;
        let error = users.clone().create(NewUser::new("secret-value")).await.unwrap_err();
        let violation = error.constraint().ok_or("no constraint")?;
        assert_eq!(violation.kind, ConstraintKind::Unique);
        assert_eq!((error.model(), error.field()), (Some("User"), Some("username")), "{error:?}");
        assert_eq!(error.database(), Some(db.handle().name()));
        let mut text = format!("{error} {error:?}");
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            text.push_str(&format!(" {error} {error:?}"));
            source = error.source();
        }
        assert!(!text.contains("secret-value"), "{text}");
        for long in ["x".repeat(81), format!("{} ", "x".repeat(80))] {
            let error = users.clone().create(NewUser::new(long.clone())).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::InvalidValue { .. }), "{error:?}");
            assert_eq!((error.model(), error.field()), (Some("User"), Some("username")));
            let error = users.clone().update_all(User::username.set(long.clone())).await.unwrap_err();
            assert_eq!(error.field(), Some("username"));
            let error = users.clone().bulk_create([NewUser::new("ok"), NewUser::new(long)]).await.unwrap_err();
            assert_eq!(error.field(), Some("username"));
        }
        assert_eq!(users.count().await?, 1);
        Ok(())
    }

    /// Without `init` nothing is sent, and the error names database and model.
    async fn before_init(_db: &TestDb) -> Outcome {
        let error = Nowhere::objects().all().await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::NotInitialized);
        assert_eq!((error.database(), error.model()), (Some("never"), Some("Nowhere")));
        let error = User::objects().using("no such alias").count().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::UnknownDatabase { .. }), "{error:?}");
        assert_eq!(error.database(), Some("no such alias"));
        Ok(())
    }

    /// Wrong URLs, refused hosts and wrong passwords fail with the cause, without the password, and not by a time-out.
    async fn connecting(db: &TestDb) -> Outcome {
        // An attempt may take an hour: what waited for a time-out would not be seen to end.
        let patient = PoolOptions::new().connect_timeout(Duration::from_secs(3600)).acquire_timeout(None);
        for (url, wanted) in [
            ("oracle://ann:hunter2@localhost/db", "scheme"),
            ("postgres://ann:hunter2@127.0.0.1:1/db", "connect"),
            ("mysql://ann:hunter2@127.0.0.1:1/db", "connect"),
            ("postgres://ann:hunter2@127.0.0.1:99999/db", "config"),
            ("postgres://ann:hunter2@127.0.0.1/db?no_such_option=1", "config"),
            ("mysql://ann:hunter2@127.0.0.1", "config"),
            ("sqlite:////no/such/folder/x.db", "connect"),
        ] {
            let fresh = Database::deferred("fresh");
            let error = fresh.init(DatabaseOptions::url(url).pool(patient.clone())).await.unwrap_err();
            let kind = match error.kind() {
                ErrorKind::UnsupportedScheme { .. } => "scheme",
                ErrorKind::Connect { .. } => "connect",
                ErrorKind::Config { .. } => "config",
                _ => "other",
            };
            assert_eq!(kind, wanted, "{url}: {error:?}");
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
            assert!(!fresh.is_initialized());
        }
        if db.kind() != Kind::Sqlite {
            let (scheme, rest) = db.url().split_once("://").ok_or("no scheme")?;
            let host = rest.split_once('@').map_or(rest, |(_, host)| host);
            let wrong = DatabaseOptions::url(format!("{scheme}://nobody:hunter2@{host}")).pool(patient);
            let error = Database::deferred("wrong").init(wrong).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
            assert!(!format!("{error} {error:?}").contains("hunter2"));
            assert_eq!(error.database(), Some("wrong"));
        }
        Ok(())
    }

    /// A stored value that does not fit its Rust type is an error that names the field, not a panic.
    async fn stored_values_that_do_not_fit(db: &TestDb) -> Outcome {
        let create = match db.kind() {
            Kind::Sqlite | Kind::Postgres => "CREATE TABLE users (id BIGINT PRIMARY KEY, username TEXT, age BIGINT, active BOOLEAN, created_at TEXT, updated_at TEXT)",
            _ => "CREATE TABLE users (id BIGINT PRIMARY KEY, username TEXT, age BIGINT, active BOOLEAN, created_at TEXT, updated_at TEXT)",
        };
        db.oracle(create).await?;
        db.oracle("INSERT INTO users (id, username, age, active, created_at, updated_at) VALUES (1, 'ann', 5000000000, true, 'x', 'x')").await?;
        let error = User::objects().using(db.handle()).select(User::age).all().await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Decode { column: 0, .. }), "{error:?}");
        assert_eq!((error.model(), error.field()), (Some("User"), Some("age")));
        let error = User::objects().using(db.handle()).select((User::id, User::created_at)).all().await.unwrap_err();
        assert_eq!(error.field(), Some("created_at"), "{error:?}");
        let names: Vec<String> = User::objects().using(db.handle()).select(User::username).all().await?;
        assert_eq!(names, ["ann"]);
        Ok(())
    }
}
