//! How a database goes about a query, and how `Debug` shows one.

use orm::ErrorKind;
use orm::prelude::*;
use orm_tests::scenario::blog::{self, *};
use orm_tests::{Kind, Outcome, TestDb, cases};

use crate::sensitive::{Account, NewAccount};

async fn fill(db: &TestDb) -> Outcome {
    db.handle().create_tables(&blog::TABLES).await?;
    User::objects().using(db.handle()).bulk_create((0..50).map(|n| NewUser::new(format!("u{n}")))).await?;
    Ok(())
}

cases! {
    /// The plan of a query has steps, which name the table and the index that is used; nothing is read.
    async fn of_a_query(db: &TestDb) -> Outcome {
        fill(db).await?;
        let by_name = || User::objects().using(db.handle()).filter(User::username.eq("u7"));
        // Not by a unique key, whose one row MySQL has read before there is a plan.
        let plan = User::objects().using(db.handle()).filter(User::age.is_null()).explain().await?;
        assert!(!plan.steps().is_empty() && plan.steps()[0].depth() == 0, "{plan:?}");
        let text = plan.to_string();
        assert!(text.contains("users"), "{text}");
        let posts = Post::objects().using(db.handle()).select_related(Post::author).filter(Post::likes.gt(3));
        let steps = posts.explain().await?;
        assert!(steps.steps().len() > 1, "{steps}");
        let counted = by_name().count().explain().await?;
        assert!(!counted.steps().is_empty());
        Ok(())
    }

    /// What changes rows can be explained, and does not happen.
    async fn of_a_write(db: &TestDb) -> Outcome {
        fill(db).await?;
        let all = || User::objects().using(db.handle()).filter(User::id.gt(0));
        let update = all().update(User::age.set(1)).explain().await?;
        let delete = all().delete().explain().await?;
        assert!(!update.text().is_empty() && !delete.text().is_empty());
        assert_eq!(all().filter(User::age.is_null()).count().await?, 50);
        let refused = all().delete().explain().analyze().await.expect_err("it would happen");
        assert!(matches!(refused.kind(), ErrorKind::InvalidQuery { .. }), "{refused}");
        let create = User::objects().using(db.handle()).create(NewUser::new("x")).explain().await;
        assert!(matches!(create.as_ref().map_err(orm::Error::kind), Err(ErrorKind::InvalidQuery { .. })), "{create:?}");
        Ok(())
    }

    /// What really happened, and JSON, where the database tells it.
    async fn analyzed_and_in_json(db: &TestDb) -> Outcome {
        fill(db).await?;
        let all = || User::objects().using(db.handle()).filter(User::age.is_null());
        let (analyzed, json) = (all().explain().analyze().await, all().explain().json().await);
        let both = all().explain().analyze().json().await;
        if db.kind() == Kind::Sqlite {
            for refused in [analyzed, json, both] {
                assert!(matches!(refused.as_ref().map_err(orm::Error::kind), Err(ErrorKind::Unsupported { .. })), "{refused:?}");
            }
            return Ok(());
        }
        let analyzed = analyzed?.to_string();
        assert!(analyzed.contains("50"), "{analyzed}");
        for json in [json?, both?] {
            assert!(json.steps().is_empty());
            let parsed: serde_json::Value = serde_json::from_str(json.text())?;
            assert!(parsed.is_object() || parsed.is_array());
        }
        Ok(())
    }

    /// Neither shows values of sensitive fields, whatever a database makes of them; nor those of rows that it has read.
    async fn without_secrets(db: &TestDb) -> Outcome {
        let on = db.handle();
        on.create_tables(&[Account::TABLE]).await?;
        Account::objects().using(on).create(NewAccount::new("n7", "row-token").pin(7_654_321)).await?;
        let secret = "hid'den-tok\\en";
        let asked = [
            Account::token.eq(secret),
            Account::token.starts_with("hid"),
            Account::token.iexact("HIDDEN-X"),
            Account::pin.eq(7_654_321),
            Account::pin.in_([7_654_321, 1_234_567]),
            Account::name.eq("n7"),
        ];
        for condition in asked {
            let query = Account::objects().using(on).filter(condition);
            let mut said = vec![query.clone().explain().await?];
            if db.kind() != Kind::Sqlite {
                said.push(query.clone().explain().analyze().await?);
            }
            for plan in said {
                let shown = format!("{plan} {plan:?} {}", plan.text()).to_lowercase();
                for part in ["hid", "7654321", "1234567", "row-token"] {
                    assert!(!shown.contains(part), "{shown}");
                }
                assert!(!plan.steps().is_empty());
            }
            let json = query.explain().json().await.expect_err("it would hold values");
            assert!(matches!(json.kind(), ErrorKind::InvalidQuery { .. }), "{json}");
        }
        let query = Account::objects().using(on).filter(Account::token.eq(secret) & Account::name.eq("n7"));
        let shown = format!("{query:?}");
        assert!(!shown.contains("hid'") && shown.contains("[<hidden>, \"n7\"]") && shown.contains("SELECT"), "{shown}");
        Ok(())
    }

    /// `Debug` shows the SQL of the backend of the model's own database, and the values.
    async fn debug(db: &TestDb) -> Outcome {
        let query = User::objects().using(db.handle()).filter(User::username.eq("ann") & User::age.gt(18)).limit(5);
        let shown = format!("{query:?}");
        assert!(shown.contains("\"User\"") && shown.contains("WHERE") && shown.contains("[\"ann\", 18, 5]"), "{shown}");
        let long = format!("{:?}", User::objects().filter(User::id.in_(0..5_000_i64) & User::username.eq("x".repeat(5_000))));
        assert!(long.len() < 30_000, "{}", long.len());
        let wrong = format!("{:?}", User::objects().group_by(User::age).select(key(User::id)));
        assert!(wrong.contains("error") && wrong.contains("group_by"), "{wrong}");
        Ok(())
    }
}
