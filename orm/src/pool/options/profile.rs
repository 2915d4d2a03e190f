//! Sizes of pools for kinds of load.

use std::time::Duration;

/// Defaults of a pool for a kind of load.
///
/// A profile stands behind everything else: whatever the program or the URL says about an option goes before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum PoolProfile {
    /// What there is without a profile: 10 connections are kept, 20 more for a rush, none older than an hour.
    #[default]
    Standard,
    /// Few callers: 5 connections, 10 more, an hour.
    Light,
    /// 10 connections, 20 more, half an hour.
    Medium,
    /// Many callers: 20 connections, 30 more, a quarter of an hour.
    Heavy,
    /// Work in bulk: 30 connections, 50 more, ten minutes.
    Batch,
    /// A web server: 50 connections, of which 10 are never closed for being idle.
    Web,
    /// A worker: 10 connections, of which 2 are never closed for being idle.
    Worker,
    /// A SQLite file with one connection, so that its writers queue in the program, in the order they came.
    Sqlite,
    /// The usual sizes; what is idle is closed after five minutes, what is old after an hour.
    Production,
}

/// What a profile says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Defaults {
    pub(super) size: usize,
    pub(super) overflow: usize,
    pub(super) min: usize,
    pub(super) idle: Duration,
    pub(super) lifetime: Duration,
}

const MINUTE: u64 = 60;

impl PoolProfile {
    /// All of them, with their names in URLs.
    pub(super) const ALL: [(&'static str, Self); 9] = [
        ("standard", Self::Standard),
        ("light", Self::Light),
        ("medium", Self::Medium),
        ("heavy", Self::Heavy),
        ("batch", Self::Batch),
        ("web", Self::Web),
        ("worker", Self::Worker),
        ("sqlite", Self::Sqlite),
        ("production", Self::Production),
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, profile)| *profile)
    }

    pub(super) const fn defaults(self) -> Defaults {
        let (size, overflow, min, idle, lifetime) = match self {
            Self::Standard => (10, 20, 0, 10, 60),
            Self::Light => (5, 10, 0, 10, 60),
            Self::Medium => (10, 20, 0, 10, 30),
            Self::Heavy => (20, 30, 0, 10, 15),
            Self::Batch => (30, 50, 0, 10, 10),
            Self::Web => (50, 0, 10, 10, 60),
            Self::Worker => (10, 0, 2, 10, 60),
            Self::Sqlite => (1, 0, 0, 10, 60),
            Self::Production => (10, 20, 0, 5, 60),
        };
        Defaults {
            size,
            overflow,
            min,
            idle: Duration::from_secs(idle * MINUTE),
            lifetime: Duration::from_secs(lifetime * MINUTE),
        }
    }
}
