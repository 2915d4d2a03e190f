//! Conditions that every row fulfils: checks of models and of fields, and choices.

use orm::prelude::*;
use orm::{ConstraintKind, ErrorKind};
use orm_tests::{Kind, Outcome, TestDb, cases};

/// A post with rules.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "ruled_posts",
    check(RuledPost::state.ne("published") | RuledPost::published_at.is_not_null(), name = "published_has_a_time"),
    check(Self::likes.ge(Self::dislikes)),
    check(!Self::title.starts_with("it's \\ \"%_\u{e9}\u{1f600}"), name = "no_odd_title")
)]
pub(crate) struct RuledPost {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 80)]
    pub title: String,
    #[field(
        max_length = 40,
        default = "draft",
        choices("draft", "published", "it's \\ \"odd\" \u{e9}\u{1f600}")
    )]
    pub state: String,
    #[field(choices(-1, 0, 2), default = 0)]
    pub mood: i8,
    #[field(choices("a", "b"))]
    pub grade: Option<String>,
    #[field(default = 0, check = RuledPost::likes.between(0, 1_000) & RuledPost::likes.ne(13))]
    pub likes: i32,
    #[field(default = 0)]
    pub dislikes: i32,
    /// Two-valued: to allow NULL has to be said.
    #[field(check = Self::rating.is_null() | Self::rating.gt(0.5))]
    pub rating: Option<f64>,
    #[field(check = Self::age.ge(0))]
    pub age: Option<i32>,
    #[field(column = "odd `\"name", precision = 10, scale = 2, default = Decimal::ONE, check = Self::price.gt(Decimal::new(5, 1)))]
    pub price: Decimal,
    pub published_at: Option<NaiveDateTime>,
}

fn new() -> NewRuledPost {
    NewRuledPost::new("Hello").age(1)
}

async fn refused(db: &TestDb, new: NewRuledPost, constraint: &str, field: Option<&str>) -> Outcome {
    let error = RuledPost::objects().using(db.handle()).create(new).await.unwrap_err();
    let violation = error.constraint().ok_or_else(|| format!("{error:?}"))?;
    assert_eq!(violation.kind, ConstraintKind::Check);
    assert!(error.is_check_violation());
    assert_eq!(violation.constraint.as_deref(), Some(constraint));
    assert_eq!((error.model(), error.field()), (Some("RuledPost"), field), "{error}");
    Ok(())
}

fn name_of(part: &str) -> String {
    let names: Vec<_> = RuledPost::TABLE.checks.iter().map(|check| check.name_in(RuledPost::TABLE)).collect();
    let at = |name: &&String| {
        let rest = name.strip_prefix("ruled_posts_").and_then(|rest| rest.strip_prefix(part));
        rest.is_some_and(|rest| rest.len() == "_01234567_ck".len())
    };
    names.iter().find(at).expect("a check of these columns").clone()
}

/// The names of the checks in the catalog.
async fn in_the_catalog(
    db: &TestDb,
    table: &str,
) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let sql = match db.kind() {
        Kind::Sqlite => format!("SELECT sql FROM sqlite_schema WHERE name = '{table}'"),
        Kind::Postgres => format!("SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = '{table}'::regclass"),
        Kind::MySql => "SELECT constraint_name FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()".to_owned(),
        Kind::MariaDb => format!("SELECT constraint_name FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() AND table_name = '{table}'"),
    };
    let rows: Vec<String> = db.oracle(&sql).await?.concat().into_iter().flatten().collect();
    if db.kind() != Kind::Sqlite {
        return Ok(rows);
    }
    Ok(rows
        .concat()
        .split("CONSTRAINT \"")
        .skip(1)
        .filter_map(|rest| rest.split_once("\" CHECK"))
        .map(|(name, _)| name.replace("\"\"", "\""))
        .collect())
}

cases! {
    /// What a check refuses is a typed error that names model, constraint and, where it is one, the field.
    async fn rows_fulfil_their_checks(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[RuledPost::TABLE]).await?;
        let posts = RuledPost::objects().using(db.handle());
        let time = NaiveDate::from_ymd_opt(2024, 5, 1).and_then(|day| day.and_hms_opt(1, 2, 3)).ok_or("a time")?;
        posts.clone().create(new()).await?;
        posts.clone().create(new().state("published").published_at(time).rating(0.75).mood(-1).grade("b")).await?;
        posts.clone().create(new().state("it's \\ \"odd\" \u{e9}\u{1f600}").likes(1_000).dislikes(1_000)).await?;
        refused(db, new().state("published"), "published_has_a_time", None).await?;
        refused(db, new().dislikes(1), &name_of("likes_dislikes"), None).await?;
        refused(db, new().likes(1_001), &name_of("likes"), Some("likes")).await?;
        let thirteen = NewRuledPost { likes: 13, ..new() };
        refused(db, thirteen, &name_of("likes"), Some("likes")).await?;
        refused(db, new().rating(0.5), &name_of("rating"), Some("rating")).await?;
        if db.kind() == Kind::Sqlite {
            // It says the name or the condition, and a name that is no word may be either.
            let error = posts.clone().create(new().price(Decimal::new(50, 2))).await.unwrap_err();
            assert!(error.is_check_violation(), "{error:?}");
        } else {
            refused(db, new().price(Decimal::new(50, 2)), &name_of("odd `\"name"), Some("price")).await?;
        }
        // NULL is not known to be above zero.
        refused(db, NewRuledPost::new("x"), &name_of("age"), Some("age")).await?;
        refused(db, new().state("other"), "ruled_posts_state_choices_ck", Some("state")).await?;
        refused(db, new().state("Draft"), "ruled_posts_state_choices_ck", Some("state")).await?;
        refused(db, new().mood(1), "ruled_posts_mood_choices_ck", Some("mood")).await?;
        refused(db, new().grade("c"), "ruled_posts_grade_choices_ck", Some("grade")).await?;
        refused(db, NewRuledPost { title: "it's \\ \"%_\u{e9}\u{1f600}!".to_owned(), ..new() }, "no_odd_title", Some("title")).await?;
        posts.clone().create(NewRuledPost { title: "it's \\ \"ab\u{e9}\u{1f600}!".to_owned(), ..new() }).await?;
        let error = posts.clone().update_all(RuledPost::likes.set(13)).await.unwrap_err();
        assert!(error.is_check_violation(), "{error:?}");
        let rows = posts.clone().bulk_create([new(), new().likes(-1)]).await.unwrap_err();
        assert!(rows.is_check_violation(), "{rows:?}");
        assert_eq!(posts.count().await?, 4);
        Ok(())
    }

    /// The catalog has every check under its name, and what the ORM says of them is what it has.
    async fn the_catalog_knows_every_check(db: &TestDb) -> Outcome {
        for _ in 0..2 {
            db.handle().create_tables(&[RuledPost::TABLE]).await?;
        }
        let names = in_the_catalog(db, "ruled_posts").await?;
        let choices = ["state", "mood", "grade"].map(|column| format!("ruled_posts_{column}_choices_ck"));
        for wanted in RuledPost::TABLE.checks.iter().map(|check| check.name_in(RuledPost::TABLE)).chain(choices) {
            assert_eq!(names.iter().filter(|name| **name == wanted).count(), 1, "{wanted} in {names:?}");
        }
        db.handle().drop_tables(&[RuledPost::TABLE]).await?;
        Ok(())
    }

    /// The neutral text, and the names made of it, are the same in every version.
    async fn names_and_texts_never_change(_db: &TestDb) -> Outcome {
        let checks: Vec<_> = RuledPost::TABLE.checks.iter().map(|check| (check.condition.text(), check.name_in(RuledPost::TABLE))).collect();
        let expected = [
            ("any(ne(state, \"published\"), not(is_null(published_at)))", "published_has_a_time"),
            ("ge(likes, dislikes)", "ruled_posts_likes_dislikes_04e12d9c_ck"),
            ("not(starts_with(title, \"it's \\\\ \\\"%_\u{e9}\u{1f600}\"))", "no_odd_title"),
            ("all(between(likes, 0, 1000), ne(likes, 13))", "ruled_posts_likes_ea226e3b_ck"),
            ("any(is_null(rating), gt(rating, 0.5))", "ruled_posts_rating_25f0ab52_ck"),
            ("ge(age, 0)", "ruled_posts_age_a95f0759_ck"),
            ("gt(`odd ``\"name`, decimal(\"0.5\"))", "ruled_posts_odd `\"name_9ebda744_ck"),
        ];
        let found: Vec<_> = checks.iter().map(|(text, name)| (text.as_str(), name.as_str())).collect();
        assert_eq!(found, expected);
        let state = RuledPost::TABLE.field("state").ok_or("state")?;
        assert_eq!(state.choices.len(), 3);
        assert!(format!("{:?}", RuledPost::TABLE).contains("ge(likes, dislikes)"));
        Ok(())
    }
}

/// What looks beyond the row.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "beyond_a", check(BeyondA::boss.to(BeyondA::name).eq("x")))]
struct BeyondA {
    #[field(primary_key)]
    id: i64,
    name: String,
    #[field(related_name = followers)]
    boss: Option<ForeignKey<BeyondA>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "beyond_b", check(BeyondB::id.in_(BeyondA::objects().select(BeyondA::id))))]
struct BeyondB {
    #[field(primary_key)]
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "beyond_c", check(Self::followers.any(Q::always())))]
struct BeyondC {
    #[field(primary_key)]
    id: i64,
    #[field(related_name = followers)]
    boss: Option<ForeignKey<BeyondC>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "beyond_d", check(Self::name.eq("a\0b")))]
struct BeyondD {
    #[field(primary_key)]
    id: i64,
    name: String,
}

/// Two checks of one name.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "twice", check(Twice::a.gt(0), name = "twice_a_ck"))]
struct Twice {
    #[field(primary_key)]
    id: i64,
    a: i32,
}

/// The name of the choices of one is that of the range of the other.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "choosy")]
struct Choosy {
    #[field(primary_key)]
    id: i64,
    #[field(choices(1, 2))]
    a: i32,
    a_choices: i8,
}

cases! {
    /// A schema holds nothing that looks beyond the row: a typed error that names the model, before any SQL.
    async fn what_no_schema_may_hold(db: &TestDb) -> Outcome {
        for (table, word) in [
            (BeyondA::TABLE, "columns of another table"),
            (BeyondB::TABLE, "a sub-query"),
            (BeyondC::TABLE, "rows of another table"),
            (BeyondD::TABLE, "NUL"),
        ] {
            let error = db.handle().create_tables(&[RuledPost::TABLE, table]).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
            assert_eq!(error.model(), Some(table.model));
            assert!(error.to_string().contains(word), "{error}");
            assert!(db.oracle("SELECT * FROM ruled_posts").await.is_err(), "nothing is made");
        }
        Ok(())
    }

    /// Names that a model makes for itself differ from those that it gives.
    async fn two_checks_of_one_name(db: &TestDb) -> Outcome {
        for (table, name) in [(Twice::TABLE, "`twice_a_ck`"), (Choosy::TABLE, "`choosy_a_choices_ck`")] {
            let error = db.handle().create_tables(&[table]).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Schema { .. }), "{error:?}");
            assert_eq!(error.model(), Some(table.model));
            assert!(error.to_string().contains(name), "{error}");
        }
        Ok(())
    }
}
