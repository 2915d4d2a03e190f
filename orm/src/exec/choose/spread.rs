//! Whether a read goes to replicas.

use std::sync::Arc;

use super::home::By;
use super::{Place, Start};
use crate::database::{Shared, scope};
use crate::model::Table;
use crate::transaction::ambient;

/// Where a read of a model begins whose primary this is, outside of a transaction on it: among the replicas that the model
/// names, else among those that the database has itself.
///
/// A transaction that is open on one of the replicas has the read, as it would on the primary.
pub(super) fn start(table: Option<&'static Table>, primary: Arc<Shared>, outside: bool, by: By) -> Start {
    // What a model names belongs to the database that it names, and not to one that stands in for that.
    let named = table.and_then(|table| table.meta.replicas).filter(|_| by == By::Model);
    if named.is_none() && !scope::is_used() {
        return Start::At(Place::Database(primary));
    }
    among(named.map(|source| source()), primary, outside)
}

#[cold]
fn among(named: Option<&'static crate::database::ReplicaSet>, primary: Arc<Shared>, outside: bool) -> Start {
    if scope::wrote_lately(&primary) {
        return Start::At(Place::Database(primary));
    }
    let spread = match named {
        Some(set) => set.spread(primary),
        None => match primary.open().and_then(|open| open.replicas.clone()) {
            Some(group) => group.spread(primary),
            None => return Start::At(Place::Database(primary)),
        },
    };
    if spread.replicas.is_empty() {
        return Start::At(Place::Database(spread.primary));
    }
    if !outside && ambient::is_any() {
        let open = spread.replicas.iter().find_map(ambient::on);
        if let Some(tx) = open {
            return Start::In(tx);
        }
    }
    Start::Among(spread)
}
