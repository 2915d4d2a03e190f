//! What is sensitive is shown nowhere: not in `Debug`, not in logs, not in errors.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use orm::model::{Insert as _, Values};
use orm::prelude::*;
use orm_tests::{Kind, Outcome, TestDb, cases};
use tracing::span;

/// What no text may hold.
const SECRET: &str = "tr0ub4dor-and-3";
const PIN: i32 = 738_192_645;

/// A model with secrets.
#[derive(Model, Clone, PartialEq)]
#[model(table = "accounts", new(Debug, Clone), patch(Debug, setters))]
pub struct Account {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 20, unique)]
    pub name: String,
    #[field(sensitive, unique, max_length = 30)]
    pub token: String,
    #[field(sensitive)]
    pub pin: Option<i32>,
}

/// A model whose key is a secret.
#[derive(Model, Clone, PartialEq)]
#[model(table = "badges", new(Debug))]
pub struct Badge {
    #[field(primary_key, sensitive, max_length = 30)]
    pub code: String,
    pub before: Option<ForeignKey<Badge>>,
}

/// Everything that was shown.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<String>>);

impl Seen {
    fn debug(&self, value: &dyn Debug) {
        let _ = writeln!(self.0.lock().expect("no panic"), "{value:?} {value:#?}");
    }

    /// An error and all that is behind it.
    fn error(&self, error: &orm::Error) {
        self.debug(error);
        self.debug(error.kind());
        let mut next: Option<&dyn std::error::Error> = Some(error);
        while let Some(error) = next {
            let _ = writeln!(self.0.lock().expect("no panic"), "{error} {error:?}");
            next = error.source();
        }
    }

    fn holds(&self, what: &str) -> bool {
        self.0.lock().expect("no panic").contains(what)
    }
}

impl tracing::field::Visit for Seen {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn Debug) {
        let _ = writeln!(self.0.lock().expect("no panic"), "{}={value:?}", field.name());
    }
}

/// Takes every event and span, of every level and every crate.
impl tracing::Subscriber for Seen {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        attributes.record(&mut self.clone());
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// A trigger that tells the secret of each new row.
fn telling(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => {
            "CREATE TRIGGER telling BEFORE INSERT ON accounts BEGIN SELECT RAISE(ABORT, 'no: ' || NEW.token || NEW.pin); END"
        }
        Kind::Postgres => {
            "CREATE FUNCTION telling() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no: % %', NEW.token, NEW.pin; END $$ \
             LANGUAGE plpgsql; \
             CREATE TRIGGER telling BEFORE INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION telling()"
        }
        Kind::MySql | Kind::MariaDb => {
            "CREATE TRIGGER telling BEFORE INSERT ON accounts FOR EACH ROW BEGIN DECLARE told TEXT; \
             SET told = CONCAT('no: ', NEW.token, ' ', NEW.pin); SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = told; END"
        }
    }
}

/// Everything that can be shown of writing and asking for secrets.
async fn show(db: &TestDb, seen: &Seen) -> Outcome {
    let rows = Account::objects().using(db.handle());
    let new = NewAccount::new("ann", SECRET).pin(PIN);
    seen.debug(&new);
    let mut values = Values::default();
    new.clone().values(&mut values);
    seen.debug(&values);
    seen.debug(&AccountPatch::default().token(SECRET).pin(PIN));
    let run = rows.clone().create(new.clone());
    seen.debug(&run);
    seen.debug(&run.to_sql(Backend::Postgres)?);
    let ann = run.await?;

    let conditions = [
        Account::token.eq(SECRET),
        Account::token.starts_with(SECRET),
        Account::token.in_([SECRET]),
        Account::token.between(SECRET, SECRET),
        Account::pin.gt(PIN - 1) & !Account::pin.ne(PIN),
    ];
    for condition in conditions {
        seen.debug(&condition);
        let query = rows.clone().filter(condition);
        seen.debug(&query);
        seen.debug(&query.to_sql(Backend::MySql)?);
        seen.debug(&query.clone().update(Account::token.set(SECRET)));
        assert_eq!(query.clone().count().await?, 1);
        seen.debug(&query.annotate(Account::pin + PIN));
    }
    let (set, order) = (Account::token.set(SECRET), Account::token.desc());
    seen.debug(&(&set, &order, Account::token, Account::TABLE, rows.clone().get(ann.id)));
    assert_eq!(rows.clone().filter(Account::id.eq(ann.id)).update(set).await?, 1);

    // What the database refuses, in each of the ways in which it repeats values.
    let twice = rows.clone().create(NewAccount::new("bob", SECRET)).await.err().ok_or("unique")?;
    assert!(twice.is_unique_violation());
    seen.error(&twice);
    let twice =
        rows.clone().bulk_create([NewAccount::new("b", SECRET), NewAccount::new("c", SECRET)]).await.err();
    seen.error(&twice.ok_or("unique")?);
    let long = format!("{SECRET}{SECRET}{SECRET}");
    seen.error(&rows.clone().create(NewAccount::new("bob", long)).await.err().ok_or("too long")?);
    db.oracle(telling(db.kind())).await?;
    for result in [
        rows.clone().create(NewAccount::new("eve", format!("{SECRET}!")).pin(PIN)).await.map(drop),
        rows.clone().bulk_create([NewAccount::new("eve", format!("{SECRET}!")).pin(PIN)]).await.map(drop),
    ] {
        let error = result.err().ok_or("the trigger refuses it")?;
        assert_eq!(error.model(), Some("Account"));
        seen.error(&error);
    }
    // In a transaction it is the source of what follows.
    let broken: orm::Result<()> = atomic(async |_| {
        let _ = rows.clone().create(NewAccount::new("eve", format!("{SECRET}?")).pin(PIN)).await;
        rows.clone().count().await.map(drop)
    })
    .using(db.handle())
    .await;
    seen.error(&broken.err().ok_or("broken")?);
    // What is read and does not fit.
    let wrong = match db.kind() {
        Kind::Sqlite => "PRAGMA ignore_check_constraints = ON; UPDATE accounts SET pin = pin * 1000000",
        Kind::Postgres => {
            "ALTER TABLE accounts ALTER pin TYPE bigint; UPDATE accounts SET pin = pin * 1000000"
        }
        _ => "ALTER TABLE accounts MODIFY pin BIGINT; UPDATE accounts SET pin = pin * 1000000",
    };
    db.oracle(wrong).await?;
    let error = rows.all().await.err().ok_or("does not fit")?;
    assert!(matches!(error.kind(), orm::ErrorKind::Decode { .. }), "it fits");
    assert_eq!(error.field(), Some("pin"));
    seen.error(&error);
    Ok(())
}

cases! {
    /// Whatever is shown on the way, the secrets are not in it.
    async fn secrets_are_shown_nowhere(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Account::TABLE]).await?;
        let seen = Seen::default();
        let result = {
            let _here = tracing::subscriber::set_default(seen.clone());
            show(db, &seen).await
        };
        result?;
        assert!(seen.holds("accounts") && seen.holds("ann") && seen.holds("[redacted]"), "nothing was seen");
        assert!(seen.holds("INSERT INTO"), "no statement was seen");
        for secret in [SECRET, &PIN.to_string()] {
            assert!(!seen.holds(secret), "{}", seen.0.lock().expect("no panic"));
        }
        Ok(())
    }

    /// A key that is sensitive is so in the foreign keys to it.
    async fn sensitive_keys(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Badge::TABLE]).await?;
        let rows = Badge::objects().using(db.handle());
        let one = rows.clone().create(NewBadge::new(SECRET)).await?;
        let seen = Seen::default();
        seen.debug(&ForeignKey::from(&one));
        let new = NewBadge::new("other").before(&one);
        seen.debug(&new);
        seen.debug(&Badge::before.eq(&one));
        rows.clone().create(new).await?;
        let after = Badge::before.reverse();
        seen.debug(&(after.limit(1), rows.clone().prefetch_related(after), rows.clone().prefetch_related(after).all()));
        let load = after.load([&one]).using(db.handle());
        seen.debug(&(&load, load.to_sql(Backend::Postgres)?));
        assert_eq!(load.await?[0][0].code, "other");
        seen.debug(&Badge::primary_key().in_([SECRET]));
        seen.error(&rows.create(NewBadge::new(SECRET)).await.err().ok_or("unique")?);
        assert!(seen.holds("Badge#[redacted]") && !seen.holds(SECRET));
        Ok(())
    }
}
