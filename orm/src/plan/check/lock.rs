//! Which locks can be had.

use super::{Check, invalid};
use crate::driver::{Backend, Capability};
use crate::error::Result;
use crate::expr::Path;
use crate::plan::Select;
use crate::plan::lock::Wait;

/// Refuses a lock where no rows are given that it could be on.
pub(super) fn none(select: &Select, what: &str) -> Result<()> {
    match select.lock {
        None => Ok(()),
        Some(_) => Err(invalid(format!("{what} locks no rows: remove `for_update` or `for_share`"))),
    }
}

impl Check {
    /// Refuses a lock that cannot be meant, or had.
    pub(super) fn lock(&self, select: &Select) -> Result<()> {
        let Some(lock) = &select.lock else { return Ok(()) };
        if lock.strength.is_none() {
            return Err(invalid("what is said of a lock, without `for_update` or `for_share`"));
        }
        if lock.far {
            return Err(invalid(
                "`lock_related` of the far side of a one-to-one: lock it by a query of its own",
            ));
        }
        if select.distinct || !select.group.is_empty() || !select.having.is_empty() {
            return none(select, "a query of distinct or grouped rows");
        }
        if lock.wait == Wait::Both {
            return Err(invalid("`nowait` and `skip_locked` at once: remove one of them"));
        }
        for path in &lock.related {
            self.end_of(select.table, path)?;
        }
        if lock.if_supported {
            return Ok(());
        }
        match self.server.backend {
            _ if !self.server.has(Capability::RowLocks) => Err(self.unsupported("row locks")),
            Backend::Postgres if lock.related.iter().any(may_be_absent) => {
                Err(self.unsupported("locks on related rows that may be absent"))
            }
            // What joined rows there are is known when the statement is built.
            _ => Ok(()),
        }
    }
}

/// Whether a row need not have one at the end of the path.
pub(crate) fn may_be_absent(path: &Path) -> bool {
    path.hops().any(|hop| hop.nullable())
}
