//! Replicas of a database, said where it is opened.

use std::sync::Arc;

use super::{Group, ReplicaPolicy};
use crate::database::options::DatabaseOptions;
use crate::database::shared::Shared;
use crate::error::{Error, ErrorKind, Result};

/// The replicas that a database is to have.
#[derive(Debug, Clone, Default)]
pub(in crate::database) struct ReplicaOptions {
    replicas: Vec<DatabaseOptions>,
    policy: ReplicaPolicy,
}

impl DatabaseOptions {
    /// With one replica more, by its URL or options: reads go to replicas, everything else to this database.
    ///
    /// Inside a transaction reads stay on the primary, and so they do where `.using(..)` names the database. A replica is
    /// connected to when it is first read; one that does not answer is passed over for a while, and never fails a read as
    /// long as another one or the primary does answer.
    ///
    /// What the program has given to the primary's connections, functions of SQLite, the replica has too, unless its options
    /// say some themselves.
    ///
    /// # Examples
    ///
    /// ```
    /// use orm::{DatabaseOptions, ReplicaPolicy};
    ///
    /// let options = DatabaseOptions::url("postgres://primary/shop")
    ///     .replica("postgres://replica-1/shop")
    ///     .replica("postgres://replica-2/shop")
    ///     .replica_policy(ReplicaPolicy::LeastBusy);
    /// ```
    #[must_use]
    pub fn replica(mut self, options: impl Into<Self>) -> Self {
        self.replicas.replicas.push(options.into());
        self
    }

    /// Which replica is read next: one after the other, if nothing else is said.
    #[must_use]
    pub fn replica_policy(mut self, policy: ReplicaPolicy) -> Self {
        self.replicas.policy = policy;
        self
    }
}

impl ReplicaOptions {
    /// Opens them, without connecting, for a primary of this name with these options.
    ///
    /// # Errors
    ///
    /// `Config` and its like for options, and for a replica that has replicas itself: with its name.
    pub(in crate::database) async fn open(
        self,
        primary: &str,
        its_options: &DatabaseOptions,
    ) -> Result<Option<Arc<Group>>> {
        let mut members = Vec::with_capacity(self.replicas.len());
        for (at, mut options) in self.replicas.into_iter().enumerate() {
            let replica = Shared::new(&format!("{primary} replica {}", at + 1), false);
            if !options.replicas.replicas.is_empty() {
                let reason =
                    "a replica has no replicas of its own: name all of them for the primary".to_owned();
                return Err(Error::new(ErrorKind::Config { reason }).with_database(replica.name()));
            }
            options.follow(its_options);
            let open = Box::pin(replica.connect(options, true)).await?;
            replica.put(open);
            members.push(replica);
        }
        Ok((!members.is_empty()).then(|| Arc::new(Group::new(members, self.policy))))
    }
}
