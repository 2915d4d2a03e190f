//! What users have made themselves on tables that change, and values that do not fit.

use orm::model::Model as _;
use orm::schema::Texts;
use orm::{Backend, ErrorKind};
use orm_migrate::{Error, Files, Migration, MigrationId, Operation, migrate};
use orm_tests::{Kind, Outcome, TestDb, cases};

use super::changes::{APP, chain, files, to};
use super::models::{first, length, second, text};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn project(db: &TestDb) -> Result<Files> {
    let answers = r#"{"fill:shops.city": {"fill": {"value": "Bern"}}}"#;
    files(db, &[first::Shop::TABLE], &[second::Shop::TABLE, second::Good::TABLE], answers)
}

async fn one(db: &TestDb, sql: &str) -> Result<String> {
    let rows = db.oracle(sql).await?;
    Ok(rows.first().and_then(|row| row.first().cloned().flatten()).unwrap_or_default())
}

cases! {
    /// Indexes, triggers, views, and the counter of keys outlive a table that SQLite makes anew; servers change it in place.
    async fn of_users(db: &TestDb) -> Outcome {
        let files = project(db)?;
        migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
        db.oracle("CREATE TABLE log (name VARCHAR(60))").await?;
        db.oracle("INSERT INTO shops (name) VALUES ('gone'), ('stays')").await?;
        db.oracle("DELETE FROM shops WHERE name = 'gone'").await?;
        db.oracle("INSERT INTO shops (name) VALUES ('last')").await?;
        let last = one(db, "SELECT MAX(id) FROM shops").await?;
        db.oracle(&format!("DELETE FROM shops WHERE id = {last}")).await?;
        db.oracle("CREATE UNIQUE INDEX users_index ON shops (name, id)").await?;
        db.oracle("CREATE VIEW users_view AS SELECT id FROM shops").await?;
        match db.kind() {
            Kind::Sqlite => {
                db.oracle("CREATE VIEW broken AS SELECT x FROM nowhere").await?;
                db.oracle("CREATE TRIGGER users_trigger AFTER INSERT ON shops BEGIN INSERT INTO log VALUES (new.name); END").await?;
                db.oracle("CREATE TRIGGER on_log AFTER DELETE ON log BEGIN DELETE FROM shops; END").await?;
            }
            Kind::Postgres => {
                db.oracle("CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (new.name); RETURN new; END'").await?;
                db.oracle("CREATE TRIGGER users_trigger AFTER INSERT ON shops FOR EACH ROW EXECUTE FUNCTION log_it()").await?;
            }
            Kind::MariaDb | Kind::MySql => {
                db.oracle("CREATE TRIGGER users_trigger AFTER INSERT ON shops FOR EACH ROW INSERT INTO log VALUES (new.name)").await?;
            }
        }
        migrate(&files, db.handle(), &to(""), &mut |_| {}).await?;
        db.oracle("INSERT INTO shops (name, city) VALUES ('new', 'Basel')").await?;
        assert_eq!(one(db, "SELECT name FROM log").await?, "new");
        assert_eq!(one(db, "SELECT COUNT(*) FROM users_view").await?, "2");
        let key: i64 = one(db, "SELECT id FROM shops WHERE name = 'new'").await?.parse()?;
        assert!(key > last.parse()?, "{key}: a key is given twice");
        let index = match db.kind() {
            Kind::Sqlite => "SELECT COUNT(*) FROM sqlite_schema WHERE name IN ('users_index', 'on_log', 'broken')",
            Kind::Postgres => "SELECT 3 * COUNT(*) FROM pg_indexes WHERE indexname = 'users_index' AND schemaname = current_schema()",
            Kind::MariaDb | Kind::MySql => {
                "SELECT 3 * COUNT(DISTINCT index_name) FROM information_schema.statistics \
                 WHERE index_name = 'users_index' AND table_schema = DATABASE()"
            }
        };
        assert_eq!(one(db, index).await?, "3");
        if db.kind() == Kind::Sqlite {
            // A column that no migration knows would be lost.
            db.oracle("ALTER TABLE shops ADD COLUMN mine TEXT").await?;
            let error = migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await.expect_err("refused");
            assert!(matches!(&error, Error::UnknownColumns { columns, .. } if *columns == ["mine"]), "{error:?}");
            assert_eq!(one(db, "SELECT COUNT(*) FROM goods").await?, "0", "all is as before");
        }
        Ok(())
    }

    /// What others wrote into the `CREATE TABLE` of a table that SQLite makes anew is refused by its name, and nothing is lost.
    async fn in_the_table(db: &TestDb) -> Outcome {
        if db.kind() != Kind::Sqlite {
            return Ok(());
        }
        let files = project(db)?;
        for (line, part) in [
            ("name TEXT NOT NULL UNIQUE", "UNIQUE name"),
            ("name TEXT NOT NULL CHECK (name <> 'x')", "CHECK ( name < > 'x' )"),
            ("name TEXT COLLATE NOCASE NOT NULL", "COLLATE NOCASE"),
            ("name TEXT NOT NULL DEFAULT 'x'", "DEFAULT name 'x'"),
            ("name TEXT NOT NULL REFERENCES others (id)", "FOREIGN KEY name REFERENCES others ON UPDATE NO ACTION ON DELETE NO ACTION"),
            ("name TEXT NOT NULL", ""),
        ] {
            db.oracle("CREATE TABLE others (id TEXT PRIMARY KEY)").await?;
            db.oracle(&format!("CREATE TABLE shops (id INTEGER PRIMARY KEY, {line})")).await?;
            let sql = one(db, "SELECT sql FROM sqlite_schema WHERE name = 'shops'").await?;
            let mut noted = to("0001");
            noted.fake = true;
            migrate(&files, db.handle(), &noted, &mut |_| {}).await?;
            let outcome = migrate(&files, db.handle(), &to(""), &mut |_| {}).await;
            if part.is_empty() {
                outcome?;
                continue;
            }
            let error = outcome.expect_err(line);
            assert!(matches!(&error, Error::UnknownParts { parts, .. } if *parts == [part]), "{error:?}");
            assert_eq!(one(db, "SELECT sql FROM sqlite_schema WHERE name = 'shops'").await?, sql);
            let mut forgotten = to("zero");
            forgotten.fake = true;
            migrate(&files, db.handle(), &forgotten, &mut |_| {}).await?;
            db.oracle("DROP TABLE shops").await?;
            db.oracle("DROP TABLE others").await?;
        }
        Ok(())
    }

    /// Its own SQL has foreign keys in force on every backend, and nothing dangles behind a migration.
    async fn foreign_keys(db: &TestDb) -> Outcome {
        let mut files = project(db)?;
        let second = files.iter().find(|own| own.id.name.starts_with("0002")).cloned().ok_or("two")?;
        let mut operations = second.operations.clone();
        operations.push(Operation::RunSql { sql: Texts::all("DELETE FROM shops WHERE id = 1"), reverse: Some(Texts::all("SELECT 1")) });
        files.insert(Migration {
            id: MigrationId::new(APP, "0003_delete"),
            parents: vec![second.id.name.clone()],
            dependencies: Vec::new(),
            operations: operations.split_off(operations.len() - 1),
        });
        migrate(&files, db.handle(), &to("0002"), &mut |_| {}).await?;
        db.oracle("INSERT INTO shops (id, name, city) VALUES (1, 'a', 'b'), (2, 'c', 'd')").await?;
        db.oracle("INSERT INTO goods (id, shop_id) VALUES (1, 1), (2, 2)").await?;
        migrate(&files, db.handle(), &to(""), &mut |_| {}).await?;
        assert_eq!(one(db, "SELECT COUNT(*) FROM goods").await?, "1", "they go with their shop");
        if db.kind() == Kind::Sqlite {
            // Foreign keys are off on the connection of the oracle, unless it says otherwise.
            let mut oracle = db.connect_oracle().await?;
            oracle.ask("PRAGMA foreign_keys = OFF").await?;
            oracle.ask("INSERT INTO goods (id, shop_id) VALUES (3, 99)").await?;
            drop(oracle);
            migrate(&files, db.handle(), &to("0002"), &mut |_| {}).await?;
            let add = Operation::AlterTable {
                table: orm::schema::TableName::new("goods"),
                old: orm_migrate::Attributes { model: "Good".to_owned(), comment: None, embedded: Vec::new() },
                new: orm_migrate::Attributes { model: "Ware".to_owned(), comment: None, embedded: Vec::new() },
            };
            files.insert(Migration {
                id: MigrationId::new(APP, "0004_alter"),
                parents: vec!["0003_delete".to_owned()],
                dependencies: Vec::new(),
                operations: vec![add, Operation::DropIndex {
                    table: orm::schema::TableName::new("shops"),
                    index: orm::schema::Index::new("shops_city_ix", &["city"]),
                }],
            });
            // What dangled before is no fault of a migration.
            migrate(&files, db.handle(), &to(""), &mut |_| {}).await?;
            let goods = |operation: &Operation| match operation {
                Operation::CreateTable { table } if table.name.name == "goods" => Some(table.clone()),
                _ => None,
            };
            let goods = second.operations.iter().find_map(goods).ok_or("goods")?;
            let (table, key) = (goods.name.clone(), goods.foreign_keys[0].clone());
            for (name, parent, operation) in [
                ("0005_less", "0004_alter", Operation::DropForeignKey { table: table.clone(), key: key.clone() }),
                ("0006_more", "0005_less", Operation::AddForeignKey { table, key }),
            ] {
                files.insert(Migration {
                    id: MigrationId::new(APP, name),
                    parents: vec![parent.to_owned()],
                    dependencies: Vec::new(),
                    operations: vec![operation],
                });
            }
            let error = migrate(&files, db.handle(), &to(""), &mut |_| {}).await.expect_err("refused");
            assert!(matches!(&error, Error::Dangling { tables, .. } if tables[0].0 == "goods"), "{error:?}");
            let keys = one(db, "SELECT COUNT(*) FROM pragma_foreign_key_list('goods')").await?;
            assert_eq!(keys, "0", "all is as before");
        }
        Ok(())
    }

    /// A text is a number if it is written as one, on every backend; what is none is counted, and nothing changes.
    async fn texts_that_are_numbers(db: &TestDb) -> Outcome {
        let files = files(db, &[text::before::Entry::TABLE], &[text::after::Entry::TABLE], "{}")?;
        for (value, fits) in [("12", true), ("-7", true), ("0", true), ("007", false), (" 7", false), ("7 ", false), ("7\n", false), ("\n7", false), ("x", false),
            ("", false), ("1.0", false), ("3000000000", false), ("99999999999999999999999", false), ("-0", false)]
        {
            migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
            db.oracle(&format!("INSERT INTO entries (id, code) VALUES (1, '{value}')")).await?;
            let outcome = migrate(&files, db.handle(), &to(""), &mut |_| {}).await;
            if fits {
                outcome?;
                assert_eq!(one(db, "SELECT code FROM entries").await?, value);
                migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
            } else {
                let error = outcome.expect_err(value);
                assert!(matches!(error, Error::Rows { count: 1, half: false, .. }), "`{value}`: {}", chain(&error));
            }
            assert_eq!(one(db, "SELECT code FROM entries").await?, value);
            db.oracle("DELETE FROM entries").await?;
        }
        Ok(())
    }

    /// A type of the model's own that holds less: what it does not hold is counted, and nothing is cut.
    async fn shorter_type(db: &TestDb) -> Outcome {
        let files = files(db, &[length::before::Word::TABLE], &[length::after::Word::TABLE], "{}")?;
        migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
        // Servers cut blanks without a word.
        let long = format!("abc{}", " ".repeat(10));
        db.oracle(&format!("INSERT INTO words (id, word) VALUES (1, '{long}'), (2, 'ten digits')")).await?;
        let error = migrate(&files, db.handle(), &to(""), &mut |_| {}).await.expect_err("cut");
        assert!(matches!(error, Error::Rows { count: 1, half: false, .. }), "{}", chain(&error));
        assert_eq!(one(db, "SELECT word FROM words WHERE id = 1").await?, long);
        db.oracle("UPDATE words SET word = 'x' WHERE id = 1").await?;
        migrate(&files, db.handle(), &to(""), &mut |_| {}).await?;
        migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
        assert_eq!(one(db, "SELECT word FROM words WHERE id = 2").await?, "ten digits");
        Ok(())
    }

    /// No value of one type is one of the other: refused before anything is done, whatever is in the table.
    async fn no_conversion(db: &TestDb) -> Outcome {
        let files = files(db, &[text::before::Entry::TABLE], &[text::bytes::Entry::TABLE], "{}")?;
        migrate(&files, db.handle(), &to("0001"), &mut |_| {}).await?;
        let error = migrate(&files, db.handle(), &to(""), &mut |_| {}).await.expect_err("refused");
        let Error::Refused { cause, .. } = &error else { panic!("{error:?}") };
        assert!(matches!(cause.kind(), ErrorKind::Unsupported { .. }), "{cause}");
        assert_eq!((cause.model(), cause.field()), (Some("Entry"), Some("code")));
        for backend in [Backend::Sqlite, Backend::Postgres, Backend::MySql, Backend::MariaDb] {
            let second = files.iter().nth(1).ok_or("two")?;
            files.sql(&second.id, backend, false).expect_err("refused offline too");
        }
        Ok(())
    }
}
