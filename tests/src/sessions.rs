//! How many connections to its database the server of a case has, as it says itself.

use std::time::{Duration, Instant};

use crate::database::TestDb;
use crate::server::Kind;

/// Longer than any machine needs.
const PATIENCE: Duration = Duration::from_secs(60);

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The connections that are made with [`Sessions::url`], counted by the server.
#[derive(Debug)]
pub struct Sessions<'d> {
    db: &'d TestDb,
    /// Those of the case's own handle.
    before: usize,
}

impl<'d> Sessions<'d> {
    /// What connects after this with [`Sessions::url`] counts.
    ///
    /// # Errors
    ///
    /// What the server says.
    pub async fn of(db: &'d TestDb) -> Result<Self> {
        let mut sessions = Self { db, before: 0 };
        sessions.before = sessions.now().await?;
        Ok(sessions)
    }

    /// The URL whose connections count.
    #[must_use]
    pub fn url(&self) -> String {
        match self.db.kind() {
            Kind::Postgres => format!("{}&application_name={}", self.db.url(), self.db.handle().name()),
            _ => self.db.url().to_owned(),
        }
    }

    async fn now(&self) -> Result<usize> {
        let name = self.db.handle().name();
        let sql = match self.db.kind() {
            Kind::Sqlite => return Ok(0),
            Kind::Postgres => {
                format!("SELECT count(*) FROM pg_stat_activity WHERE application_name = '{name}'")
            }
            Kind::MariaDb | Kind::MySql => format!(
                "SELECT count(*) FROM information_schema.processlist WHERE db = '{name}' AND id <> connection_id()"
            ),
        };
        let rows = self.db.oracle(&sql).await?;
        let count: usize = rows.into_iter().flatten().flatten().next().ok_or("no count")?.parse()?;
        count.checked_sub(self.before).ok_or_else(|| "the case's own connections are gone".into())
    }

    /// Waits until the server has so many: it notices a while later who left. On SQLite, which has none, does nothing.
    ///
    /// # Errors
    ///
    /// It still has another number after a minute.
    pub async fn settle_at(&self, count: usize) -> Result<()> {
        if self.db.kind() == Kind::Sqlite {
            return Ok(());
        }
        let start = Instant::now();
        loop {
            let now = self.now().await?;
            if now == count {
                return Ok(());
            }
            if start.elapsed() > PATIENCE {
                return Err(format!("the server has {now} connections, not {count}").into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
