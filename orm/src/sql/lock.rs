//! Locks on the rows of a query.

use sea_query::{LockBehavior, LockType, SelectStatement};

use super::build::Builder;
use super::name::iden;
use super::source::Source;
use crate::driver::Backend;
use crate::error::Result;
use crate::plan::check::lock::may_be_absent;
use crate::plan::lock::{Lock, Strength, Wait};

impl Builder {
    /// Locks the rows of the table itself, and of those that are named: not others that are joined, which PostgreSQL cannot
    /// lock where there may be none.
    pub(super) fn lock(
        &mut self,
        at: &mut Source<'_>,
        lock: &Lock,
        statement: &mut SelectStatement,
    ) -> Result<()> {
        let mut names: Vec<String> = at.alias.iter().cloned().collect();
        for path in &lock.related {
            if self.dialect.backend != Backend::Postgres || !may_be_absent(path) {
                names.extend(at.name(self, path)?);
            }
        }
        let strength = match lock.strength {
            Some(Strength::Share) => LockType::Share,
            Some(Strength::Update) | None => LockType::Update,
        };
        let behavior = match lock.wait {
            Wait::Block | Wait::Both => None,
            Wait::Fail => Some(LockBehavior::Nowait),
            Wait::Skip => Some(LockBehavior::SkipLocked),
        };
        let tables = || names.iter().map(|name| iden(name));
        match (self.dialect.backend, behavior) {
            (Backend::Sqlite, _) => {}
            // For which sea-query has the words of old, which name no tables.
            (Backend::MySql, _) if lock.strength == Some(Strength::Share) => {
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                self.tail = format!(" FOR SHARE OF {}", names.join(", "));
                self.tail.push_str(match lock.wait {
                    Wait::Block | Wait::Both => "",
                    Wait::Fail => " NOWAIT",
                    Wait::Skip => " SKIP LOCKED",
                });
            }
            (Backend::Postgres | Backend::MySql, None) => {
                statement.lock_with_tables(strength, tables());
            }
            (Backend::Postgres | Backend::MySql, Some(behavior)) => {
                statement.lock_with_tables_behavior(strength, tables(), behavior);
            }
            // It locks every row that it reads.
            (Backend::MariaDb, _) if !lock.if_supported && at.joins_others(&names) => {
                return Err(self.unsupported("locks that leave out rows of joined tables"));
            }
            (Backend::MariaDb, None) => {
                statement.lock(strength);
            }
            (Backend::MariaDb, Some(behavior)) => {
                statement.lock_with_behavior(strength, behavior);
            }
        }
        Ok(())
    }
}
