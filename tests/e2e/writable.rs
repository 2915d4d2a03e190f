//! Fields that are never written, or once.

use orm::prelude::*;
use orm_tests::{Outcome, cases};

/// A row that says who made it, and that the database counts.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "entries", new(Debug), patch(setters))]
pub struct Entry {
    #[field(primary_key)]
    pub id: i64,
    #[field(write_once, max_length = 20)]
    pub author: String,
    #[field(read_only, db_default = now)]
    pub made: DateTime<Utc>,
    #[field(read_only)]
    pub note: Option<String>,
    #[field(write_once, auto_now_add)]
    pub added: DateTime<Utc>,
    pub text: String,
}

cases! {
    /// The database fills what is read only, and nothing else writes it.
    async fn what_is_read_only(db: &TestDb) -> Outcome {
        db.handle().create_tables(&[Entry::TABLE]).await?;
        let rows = Entry::objects().using(db.handle());
        let row = rows.clone().create(NewEntry::new("ann", "text")).await?;
        assert!((Utc::now() - row.made).abs() < chrono::TimeDelta::minutes(10));
        rows.clone().bulk_create([NewEntry::new("bob", "b"), NewEntry::from(row.clone())]).await?;
        let one = || rows.clone().filter(Entry::id.eq(row.id));
        let refused = [
            (one().update(Entry::made.set(Utc::now())).await, "made", false),
            (one().update((Entry::text.set("t"), Entry::note.set("n"))).await, "note", false),
            (rows.clone().update_all(Entry::author.set("eve")).await, "author", true),
            (one().update(Entry::added.set(Utc::now())).await, "added", true),
        ];
        for (result, field, written_once) in refused {
            let error = result.unwrap_err();
            assert!(matches!(error.kind(), orm::ErrorKind::ReadOnly { once } if *once == written_once), "{error:?}");
            assert_eq!((error.model(), error.field()), (Some("Entry"), Some(field)));
        }
        assert_eq!(one().patch(EntryPatch::default().text("new")).await?, 1);
        assert_eq!(one().one().await?, Entry { text: "new".to_owned(), ..row.clone() });
        // Another program may write it.
        db.oracle(&format!("UPDATE entries SET note = 'n' WHERE id = {}", row.id)).await?;
        assert_eq!(one().filter(Entry::note.eq("n")).count().await?, 1);
        Ok(())
    }
}
