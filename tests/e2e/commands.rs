//! SQL of one's own, with values by name.

use std::collections::{BTreeMap, HashMap};

use orm::prelude::*;
use orm::types::Value;
use orm::{ErrorKind, Params, Record, list, params};
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Kind, Outcome, cases};
use sqlx::Connection as _;

/// A value of each kind.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "own_values")]
struct Everything {
    #[field(primary_key)]
    id: i64,
    small: i16,
    big: u64,
    real: f64,
    flag: bool,
    #[field(column = "words")]
    text: Option<String>,
    bytes: Vec<u8>,
    day: NaiveDate,
    at: DateTime<Utc>,
    #[field(precision = 12, scale = 2)]
    price: Decimal,
    uuid: Uuid,
    json: serde_json::Value,
}

fn everything(big: u64) -> NewEverything {
    NewEverything::new(
        -3_i16,
        big,
        0.5,
        true,
        vec![0, 255],
        NaiveDate::from_ymd_opt(1969, 7, 20).unwrap_or_default(),
        DateTime::from_timestamp_micros(1_234_567_891_234_567).unwrap_or_default(),
        Decimal::new(12_345, 2),
        Uuid::from_u128(7),
        serde_json::json!({"a": [1, null]}),
    )
}

fn reason(error: orm::Error) -> String {
    match error.kind() {
        ErrorKind::InvalidQuery { reason } => reason.clone(),
        other => format!("not what was expected: {other:?}"),
    }
}

cases! {
    /// Rows that are written and read by name, and what the database's own client sees of them.
    async fn execute_and_query(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[User::TABLE]).await?;
        let mut commands = orm::using(db.handle());
        let insert = "INSERT INTO users (username, age, active, created_at, updated_at)
            VALUES (:name, :age, :active, :now, :now) -- not :this";
        let now = DateTime::from_timestamp_micros(1_700_000_000_000_001).unwrap_or_default();
        let ann = params! { name: "ann", age: 18, active: true, now };
        assert_eq!(commands.execute(insert, ann.clone()).await?, 1);
        let others = ["bob", "it's; :name"].map(|name| params! { name, age: None::<i32>, active: false, now });
        assert_eq!(commands.execute_many(insert, others).await?, 2);
        assert_eq!(commands.execute_many(insert, [(); 0]).await?, 0);
        let seen = db.client("SELECT username FROM users ORDER BY id")?;
        assert_eq!(seen.lines().collect::<Vec<_>>(), ["ann", "bob", "it's; :name"]);

        let users: Vec<User> = commands.query("SELECT * FROM users ORDER BY id", ()).await?;
        assert_eq!(users, User::objects().using(db.handle()).order_by(User::id).all().await?);
        let pairs: Vec<(String, Option<i32>)> = commands
            .query("SELECT username, age FROM users WHERE username = :name OR age IS NULL ORDER BY id", [("name", "ann")])
            .await?;
        let expected = [("ann", Some(18)), ("bob", None), ("it's; :name", None)];
        assert_eq!(pairs, expected.map(|(name, age)| (name.to_owned(), age)));

        // Nobody is counted whom the condition does not find, and what is the same is still counted.
        let matched = "UPDATE users SET age = :age WHERE username = :name";
        assert_eq!(commands.execute(matched, params! { age: 18, name: "ann" }).await?, 1);
        assert_eq!(commands.execute(matched, params! { age: 18, name: "nobody" }).await?, 0);

        // All or none.
        let twice = [ann.clone().with("name", "new"), ann];
        let refused = commands.execute_many(insert, twice).await;
        assert!(refused.is_err_and(|error| error.is_unique_violation()));
        assert_eq!(commands.scalar::<i64>("SELECT COUNT(*) FROM users", ()).await?, 3);
        Ok(())
    }

    /// The first row, the only one, and what there is without any.
    async fn one_row(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        for name in ["ann", "bob"] {
            users.clone().create(NewUser::new(name)).await?;
        }
        let mut commands = orm::using(db.handle());
        let all = "SELECT username FROM users ORDER BY username";
        let none = "SELECT username FROM users WHERE id = :id";
        let id = || params! { id: -1 };
        assert_eq!(commands.query_first::<String>(all, ()).await?, "ann");
        assert!(commands.query_first::<String>(none, id()).await.is_err_and(|error| error.is_not_found()));
        assert_eq!(commands.query_first_or_none::<String>(none, id()).await?, None);
        let fallback = || "nobody".to_owned();
        assert_eq!(commands.query_first_or_else(none, id(), fallback).await?, "nobody");
        assert_eq!(commands.query_first_or_else(all, (), || -> String { panic!("not asked for") }).await?, "ann");

        let single = "SELECT username FROM users WHERE username = :name";
        assert_eq!(commands.query_single::<String>(single, params! { name: "bob" }).await?, "bob");
        let several = commands.query_single::<String>(all, ()).await;
        assert!(several.is_err_and(|error| *error.kind() == ErrorKind::MultipleObjects));
        let several = commands.query_single_or_none::<String>(all, ()).await;
        assert!(several.is_err_and(|error| *error.kind() == ErrorKind::MultipleObjects));
        assert!(commands.query_single::<String>(none, id()).await.is_err_and(|error| error.is_not_found()));
        assert_eq!(commands.query_single_or_none::<String>(none, id()).await?, None);
        assert_eq!(commands.query_single_or_else(none, id(), fallback).await?, "nobody");

        // That there are more rows than were wanted is no failure of the statement, and breaks nothing.
        orm::atomic(async |tx| {
            let several = orm::using(&tx).query_single::<String>(all, ()).await;
            assert!(several.is_err_and(|error| *error.kind() == ErrorKind::MultipleObjects));
            orm::using(&tx).scalar::<i64>("SELECT 1", ()).await
        })
        .using(db.handle())
        .await?;

        // The first column of the first row.
        assert_eq!(commands.scalar::<String>("SELECT username, id FROM users ORDER BY id", ()).await?, "ann");
        assert_eq!(commands.scalar::<Option<i32>>("SELECT age FROM users", ()).await?, None);
        assert!(commands.scalar::<String>(none, id()).await.is_err_and(|error| error.is_not_found()));
        assert_eq!(commands.scalar_or_none::<String>(none, id()).await?, None);
        // The connection is as good as before.
        assert_eq!(commands.scalar::<i64>("SELECT 1", ()).await?, 1);
        Ok(())
    }

    /// A value of each kind as a placeholder and back, by a model, by a tuple and by names.
    async fn values(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Everything::TABLE]).await?;
        // The integers of SQLite end earlier.
        let big = if db.kind() == Kind::Sqlite { 1 << 40 } else { 1 << 63 };
        Everything::objects().using(db.handle()).create(everything(big)).await?;
        let stored = Everything::objects().using(db.handle()).one().await?;
        let mut commands = orm::using(db.handle());
        // In whichever order the columns come, and with more of them.
        let reversed = "SELECT 1 AS more, json, uuid, price, at, day, bytes, words, flag, real, big, small, id FROM own_values";
        let reversed = match db.kind() {
            Kind::MariaDb | Kind::MySql => reversed.replace(" real,", " `real`,"),
            _ => reversed.replace(" real,", " \"real\","),
        };
        assert_eq!(commands.query::<Everything>(&reversed, ()).await?, std::slice::from_ref(&stored));

        let mut named = vec![
            ("small", params! { it: stored.small }),
            ("big", params! { it: stored.big }),
            ("real", params! { it: stored.real }),
            ("flag", params! { it: stored.flag }),
            ("bytes", params! { it: stored.bytes.clone() }),
            ("day", params! { it: stored.day }),
            ("at", params! { it: stored.at }),
            ("uuid", params! { it: stored.uuid }),
        ];
        if db.kind() != Kind::Sqlite {
            named.push(("price", params! { it: stored.price }));
        }
        for (column, params) in named {
            let column = match db.kind() {
                Kind::MariaDb | Kind::MySql => format!("`{column}`"),
                _ => format!("\"{column}\""),
            };
            let found: Vec<i64> =
                commands.query(&format!("SELECT id FROM own_values WHERE {column} = :it"), params).await?;
            assert_eq!(found, [stored.id], "{column}");
        }

        let record: Record = commands.query_single("SELECT * FROM own_values", ()).await?;
        assert_eq!(record.get::<i16>("small")?, stored.small);
        assert_eq!(record.get::<u64>("big")?, stored.big);
        assert!(record.get::<bool>("flag")?);
        assert_eq!(record.get::<Option<String>>("words")?, None);
        assert_eq!(record.get::<Vec<u8>>("bytes")?, stored.bytes);
        assert_eq!(record.get::<NaiveDate>("day")?, stored.day);
        assert_eq!(record.get::<DateTime<Utc>>("at")?, stored.at);
        assert_eq!(record.get::<Uuid>("uuid")?, stored.uuid);
        assert_eq!(record.get::<serde_json::Value>("json")?, stored.json);
        let price = record.get::<Decimal>("price");
        if db.kind() == Kind::Sqlite {
            // The integer 12345 says nowhere where its point is.
            assert!(price.is_err_and(|error| matches!(error.kind(), ErrorKind::Decode { .. })));
            assert_eq!(record.get::<i64>("price")?, 12_345);
        } else {
            assert_eq!(price?, stored.price);
        }
        let map = record.to_map()?;
        assert_eq!(map.len(), 12);
        assert_eq!(map.get("small"), Some(&Value::Int(-3)));
        assert_eq!(map.get("real"), Some(&Value::Double(0.5)));
        Ok(())
    }

    /// Rows of a query, by the names of their columns.
    async fn records(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Everything::TABLE]).await?;
        let all = Everything::objects().using(db.handle());
        assert!(all.clone().records().await?.is_empty());
        let stored = all.clone().create(everything(1 << 40)).await?;
        all.clone().create(everything(2)).await?;
        let records = all.filter(Everything::big.gt(1_000_u64)).records().await?;
        let [record] = &*records else { return Err("one was asked for".into()) };
        let columns: Vec<_> = record.names().collect();
        assert_eq!(
            columns,
            ["id", "small", "big", "real", "flag", "words", "bytes", "day", "at", "price", "uuid", "json"],
        );
        // The same values on every backend, whatever it holds.
        let expected = BTreeMap::from([
            ("id".to_owned(), Value::Int(stored.id)),
            ("small".to_owned(), Value::Int(-3)),
            ("big".to_owned(), Value::UInt(1 << 40)),
            ("real".to_owned(), Value::Double(0.5)),
            ("flag".to_owned(), Value::Bool(true)),
            ("words".to_owned(), Value::Null(orm::types::Type::Text)),
            ("bytes".to_owned(), Value::Bytes(stored.bytes)),
            ("day".to_owned(), Value::Date(stored.day)),
            ("at".to_owned(), Value::Timestamp(stored.at)),
            ("price".to_owned(), Value::Decimal(stored.price)),
            ("uuid".to_owned(), Value::Uuid(stored.uuid)),
            ("json".to_owned(), Value::Json(stored.json)),
        ]);
        assert_eq!(record.to_map()?, expected);
        assert_eq!(record.get::<Decimal>("price")?, stored.price);
        assert!(record.get::<i64>("nothing").map_err(reason).is_err_and(|reason| reason.contains("`words`")));
        Ok(())
    }

    /// Lists for `IN`, also without a value.
    async fn lists(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        User::objects().using(db.handle()).bulk_create(["a", "b", "c"].map(NewUser::new)).await?;
        let mut commands = orm::using(db.handle());
        for (names, inside) in [(vec!["a", "c", "x"], 2), (vec![], 0)] {
            let names: Vec<_> = names.into_iter().map(str::to_owned).collect();
            let text = "SELECT COUNT(*) FROM users WHERE username IN (:names)";
            let count: i64 = commands.scalar(text, params! { names: list(names.clone()) }).await?;
            assert_eq!(count, inside);
            let text = "SELECT COUNT(*) FROM users WHERE username NOT IN (:names)";
            let count: i64 = commands.scalar(text, params! { names: list(names) }).await?;
            assert_eq!(count, 3 - inside);
            let text = "SELECT COUNT(*) FROM users WHERE id IN (:ids) AND active IN (:flags)";
            let params = params! { ids: list([1_i64, 2, 3]), flags: list([true]) };
            assert_eq!(commands.scalar::<i64>(text, params).await?, 3);
        }
        Ok(())
    }

    /// Values in maps, of which more may be there than are asked for; `params!` is exact.
    async fn maps_of_values(db: &TestDb) -> Outcome {
        let mut commands = orm::using(db.handle());
        let text = match db.kind() {
            Kind::MariaDb | Kind::MySql => "SELECT CAST(:a AS SIGNED) - CAST(:b AS SIGNED)",
            Kind::Postgres | Kind::Sqlite => "SELECT CAST(:a AS BIGINT) - CAST(:b AS BIGINT)",
        };
        let pairs = [("a", 5_i64), ("b", 3), ("c", 0)];
        assert_eq!(commands.scalar::<i64>(text, BTreeMap::from(pairs)).await?, 2);
        assert_eq!(commands.scalar::<i64>(text, HashMap::from(pairs)).await?, 2);
        assert_eq!(commands.scalar::<i64>(text, Vec::from(pairs)).await?, 2);
        assert_eq!(commands.scalar::<i64>(text, Params::default().with("a", 9).with("b", 1)).await?, 8);
        let missing = commands.scalar::<i64>(text, params! { a: 1 }).await;
        let kind = missing.map_err(|error| error.kind().clone());
        assert_eq!(kind, Err(ErrorKind::MissingParameter { name: "b".into() }));
        let superfluous = commands.scalar::<i64>(text, params! { a: 1, b: 1, c: 1 }).await;
        assert!(superfluous.map_err(reason).is_err_and(|reason| reason.contains("`:c`")));
        Ok(())
    }

    /// What is wrong with the columns is found without a row, too.
    async fn columns(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let users = User::objects().using(db.handle());
        for rows in 0..2 {
            let mut commands = orm::using(db.handle());
            let twice = commands
                .query::<Record>("SELECT u.id, u.username AS id FROM users u", ())
                .await
                .map_err(|error| error.kind().clone());
            assert_eq!(twice.err(), Some(ErrorKind::DuplicateColumn { columns: vec!["id".into()] }));
            let twice = commands.query::<User>("SELECT u.*, v.id FROM users u, users v", ()).await;
            let kind = twice.map_err(|error| error.kind().clone()).err();
            assert_eq!(kind, Some(ErrorKind::DuplicateColumn { columns: vec!["id".into()] }));
            // By position they may.
            assert_eq!(commands.query::<(i64, i64)>("SELECT u.id, u.id FROM users u", ()).await?.len(), rows);
            let lacking = commands.query::<User>("SELECT id, username, age FROM users", ()).await;
            assert_eq!(
                lacking.map_err(reason).err().as_deref(),
                Some("the rows lack columns that `User` is read from: `active`, `created_at`, `updated_at`"),
            );
            let wide = commands.query::<(i64, String)>("SELECT id FROM users", ()).await;
            assert_eq!(
                wide.map_err(reason).err().as_deref(),
                Some("a row of 1 columns cannot become what takes 2"),
            );
            let silent = commands.query::<i64>("DELETE FROM users WHERE 1 = 0", ()).await;
            assert!(silent.map_err(reason).is_err_and(|reason| reason.contains("gives no rows")));
            if rows == 1 {
                let other = commands.query::<(i64, i64)>("SELECT id, username FROM users", ()).await;
                let Err(error) = other else { return Err("a text was read as a number".into()) };
                assert!(error.to_string().contains("in `username`"), "{error}");
            }
            if rows == 0 {
                users.clone().create(NewUser::new("ann")).await?;
            }
        }
        Ok(())
    }

    /// Two statements in one text are refused before either is sent; a trigger's body holds several.
    async fn one_statement(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let mut commands = orm::using(db.handle());
        let insert = "INSERT INTO categories (name) VALUES ('a');";
        let refused = commands.execute(&format!("{insert} {insert}"), ()).await;
        let kind = refused.map_err(|error| error.kind().clone());
        assert_eq!(kind, Err(ErrorKind::MultipleStatements { at: insert.len() - 1 }));
        assert_eq!(commands.execute(&format!("{insert} /* ; */ ; -- x"), ()).await?, 1);
        assert_eq!(commands.scalar::<i64>("SELECT COUNT(*) FROM categories", ()).await?, 1);
        // A name that is also a keyword makes no routine of a table.
        let refused = commands.execute("CREATE TABLE visit (id INT, event INT); DROP TABLE categories", ()).await;
        assert!(refused.is_err_and(|error| matches!(error.kind(), ErrorKind::MultipleStatements { .. })));
        let positional = match db.kind() {
            Kind::Postgres => "SELECT $1",
            _ => "SELECT ?",
        };
        let refused = commands.scalar::<i64>(positional, ()).await;
        assert!(refused.map_err(reason).is_err_and(|reason| reason.contains("write placeholders as `:name`")));

        let trigger = match db.kind() {
            Kind::Sqlite => {
                "CREATE TRIGGER doubled AFTER INSERT ON categories BEGIN
                    UPDATE categories SET name = NEW.name || '1' WHERE id = NEW.id;
                    UPDATE categories SET name = name || '2' WHERE id = NEW.id;
                END"
            }
            Kind::Postgres => {
                "CREATE FUNCTION doubled(name text) RETURNS text LANGUAGE sql BEGIN ATOMIC
                    SELECT 'x'; SELECT name || '12'; END"
            }
            Kind::MariaDb | Kind::MySql => {
                "CREATE TRIGGER doubled BEFORE INSERT ON categories FOR EACH ROW BEGIN
                    SET NEW.name = CONCAT(NEW.name, '1');
                    SET NEW.name = CONCAT(NEW.name, '2');
                END"
            }
        };
        commands.execute(trigger, ()).await?;
        let name: String = if db.kind() == Kind::Postgres {
            commands.scalar("SELECT doubled(:name)", params! { name: "b" }).await?
        } else {
            commands.execute("INSERT INTO categories (name) VALUES (:name)", params! { name: "b" }).await?;
            commands.scalar("SELECT name FROM categories ORDER BY id DESC", ()).await?
        };
        assert_eq!(name, "b12");
        Ok(())
    }

    /// What would stay behind on the connection is refused on ours, and may be done on one's own.
    async fn connections_stay_clean(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let mut commands = orm::using(db.handle());
        let (session, temporary) = match db.kind() {
            Kind::Sqlite => ("PRAGMA foreign_keys = OFF", "CREATE TEMP TABLE t (a INTEGER)"),
            Kind::Postgres => ("SET search_path = pg_catalog", "CREATE TEMP TABLE t (a INTEGER)"),
            Kind::MariaDb | Kind::MySql => ("SET @a = 1", "CREATE TEMPORARY TABLE t (a INTEGER)"),
        };
        let hidden = match db.kind() {
            Kind::MySql => "/*!50000 SET @a = 1 */",
            Kind::MariaDb => "/*M!100100 SET @a = 1 */",
            Kind::Sqlite | Kind::Postgres => session,
        };
        for text in [session, hidden, temporary, "BEGIN", "/* x */ commit", "ROLLBACK", "SAVEPOINT a"] {
            let refused = commands.execute(text, ()).await;
            assert!(refused.map_err(reason).is_err_and(|reason| !reason.starts_with("not what")), "{text}");
            let refused: orm::Result<u64> =
                orm::atomic(async |tx| orm::using(&tx).execute(text, ()).await).using(db.handle()).await;
            assert!(refused.is_err(), "{text}");
        }
        if db.kind() == Kind::Postgres {
            // The connection would be in the middle of it: not on one's own either.
            let refused = commands.execute("COPY categories FROM STDIN", ()).await;
            assert!(refused.is_err_and(|error| matches!(error.kind(), ErrorKind::Unsupported { .. })));
        }
        let outcome: orm::Result<()> = orm::atomic(async |tx| {
            orm::using(&tx).execute("INSERT INTO categories (name) VALUES ('a')", ()).await?;
            orm::using(&tx).execute("CREATE TABLE made (a INTEGER)", ()).await?;
            Ok(())
        })
        .using(db.handle())
        .await;
        let rows = commands.scalar::<i64>("SELECT COUNT(*) FROM categories", ()).await?;
        match db.kind() {
            Kind::Sqlite | Kind::Postgres => {
                outcome?;
                assert_eq!(rows, 1);
            }
            Kind::MariaDb | Kind::MySql => {
                assert!(outcome.is_err_and(|error| matches!(error.kind(), ErrorKind::Unsupported { .. })));
                assert_eq!(rows, 0);
            }
        }
        Ok(())
    }

    /// Transactions around the task are joined, and what is lent is used and left open.
    async fn on_whatever_there_is(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let mut commands = orm::using(db.handle());
        let insert = "INSERT INTO categories (name) VALUES (:name)";
        let count = "SELECT COUNT(*) FROM categories";
        let undone: orm::Result<()> = orm::atomic(async |tx| {
            orm::using(&tx).execute(insert, params! { name: "a" }).await?;
            orm::using(db.handle()).execute(insert, params! { name: "b" }).await?;
            assert_eq!(orm::using(&tx).scalar::<i64>(count, ()).await?, 2);
            Err(orm::using(&tx).execute("SELECT wrong", ()).await.err().ok_or("no error").unwrap())
        })
        .using(db.handle())
        .await;
        assert!(undone.is_err());
        assert_eq!(commands.scalar::<i64>(count, ()).await?, 0);

        macro_rules! lent {
            ($connection:ty, $url:expr, $setup:expr) => {{
                let mut connection = <$connection>::connect($url).await?;
                if let Some(setup) = $setup {
                    orm::using(&mut connection).execute(setup, ()).await?;
                }
                let mut on = orm::using(&mut connection);
                on.execute(insert, params! { name: "a" }).await?;
                assert_eq!(on.execute_many(insert, [params! { name: "b" }, params! { name: "c" }]).await?, 2);
                let (one, two): (Vec<String>, Vec<i64>) = on
                    .query_multiple([("SELECT name FROM categories WHERE name = :name", params! { name: "b" }), (count, params! {})])
                    .await?;
                assert_eq!((one, two), (vec!["b".to_owned()], vec![3]));
                let mut transaction = connection.begin().await?;
                let mut on = orm::using(&mut transaction);
                on.execute(insert, params! { name: "d" }).await?;
                assert_eq!(on.scalar::<i64>(count, ()).await?, 4);
                transaction.rollback().await?;
                // On a connection of one's own, transactions may be begun in any way.
                let mut on = orm::using(&mut connection);
                on.execute("BEGIN", ()).await?;
                on.execute(insert, params! { name: "e" }).await?;
                on.execute("ROLLBACK", ()).await?;
                assert_eq!(on.scalar::<i64>(count, ()).await?, 3);
            }};
        }
        match db.kind() {
            Kind::Sqlite => {
                let url = format!("sqlite://{}", db.path().ok_or("no file")?.display());
                lent!(sqlx::SqliteConnection, &url, None::<&str>);
            }
            Kind::Postgres => {
                let (url, schema) =
                    db.url().split_once("search_path%3D").map_or((db.url(), ""), |(_, schema)| (db.url(), schema));
                let url = url.split('?').next().unwrap_or(url);
                lent!(sqlx::PgConnection, url, Some(&format!("SET search_path = {schema}")));
            }
            Kind::MariaDb | Kind::MySql => lent!(sqlx::MySqlConnection, db.url(), None::<&str>),
        }
        assert_eq!(commands.scalar::<i64>(count, ()).await?, 3);
        Ok(())
    }

    /// Several texts: all are looked at before the first is sent.
    async fn several_texts(db: &TestDb) -> Outcome {
        db.handle().create_tables(&blog::TABLES).await?;
        let mut commands = orm::using(db.handle());
        let insert = "INSERT INTO categories (name) VALUES ('a')";
        let refused: orm::Result<(Vec<i64>, Vec<i64>)> =
            commands.query_multiple([(insert, params! {}), ("SELECT :a", params! {})]).await;
        let kind = refused.map_err(|error| error.kind().clone());
        assert_eq!(kind, Err(ErrorKind::MissingParameter { name: "a".into() }));
        let (none, users, counts): (Vec<Category>, Vec<Record>, Vec<i64>) = commands
            .query_multiple([
                ("SELECT * FROM categories", params! {}),
                ("SELECT * FROM users", params! {}),
                ("SELECT COUNT(*) FROM posts", params! {}),
            ])
            .await?;
        assert_eq!((none.len(), users.len(), counts), (0, 0, vec![0]));
        Ok(())
    }

    /// Several sets of rows of one statement are an error, and the connection goes on.
    async fn procedures(db: &TestDb) -> Outcome {
        if !matches!(db.kind(), Kind::MariaDb | Kind::MySql) {
            // Their procedures give no sets of rows.
            return Ok(());
        }
        let mut commands = orm::using(db.handle());
        commands.execute("CREATE PROCEDURE two() BEGIN SELECT 1 AS a; SELECT 2 AS b; END", ()).await?;
        let refused = commands.query::<i64>("CALL two()", ()).await;
        assert!(refused.map_err(reason).is_err_and(|reason| reason.contains("several sets of rows")));
        assert_eq!(commands.scalar::<i64>("SELECT 3", ()).await?, 3);
        Ok(())
    }

    /// A database of one's own, opened for the commands and closed with them; without async, too.
    async fn connect(db: &TestDb) -> Outcome {
        let url = db.url().to_owned();
        let mut commands = orm::connect(&url).await?;
        assert_eq!(commands.scalar::<i64>("SELECT 1", ()).await?, 1);
        // Others may use it beside them.
        let database = commands.database().clone();
        assert_eq!(orm::using(&database).scalar::<i64>("SELECT 2", ()).await?, 2);
        commands.close().await?;
        let closed = orm::using(&database).scalar::<i64>("SELECT 2", ()).await;
        assert!(closed.is_err_and(|error| *error.kind() == ErrorKind::NotInitialized));
        let dropped = orm::connect(&url).await?.database().clone();
        assert!(!dropped.is_initialized());
        let blocking = std::thread::spawn(move || {
            let mut commands = orm::connect(&url).blocking()?;
            commands.scalar::<i64>("SELECT 4", ()).blocking()
        });
        let answer = tokio::task::spawn_blocking(move || blocking.join()).await?;
        assert_eq!(answer.map_err(|_| "a panic")??, 4);
        Ok(())
    }
}
