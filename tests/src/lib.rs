//! The harness of the end-to-end tests: one body, every backend.
//!
//! A case is written once with [`cases!`] and becomes one test a backend. Each run of it gets a database of
//! its own. What the machine lacks is shown as ignored, and the last lines of a run say which backends it
//! covered.

pub mod catalog;
mod client;
mod coverage;
mod database;
mod lasting;
mod log;
mod need;
mod oracle;
mod proxy;
mod run;
mod server;
mod sessions;

pub mod listing;
pub mod scenario;

pub use database::TestDb;
pub use inventory;
pub use lasting::Lasting;
pub use log::{Logged, StatementLog};
pub use need::Need;
pub use oracle::Oracle;
pub use proxy::{Proxy, nobody};
pub use run::{Case, CaseFuture, main, main_in_turn};
pub use server::Kind;
pub use sessions::Sessions;

/// The examples of texts that belong to no crate which could compile them.
#[cfg(doctest)]
mod examples {
    #[doc = include_str!("../../README.md")]
    struct Readme;
    #[doc = include_str!("../../docs/README.md")]
    struct Guide;
    #[doc = include_str!("../../docs/types.md")]
    struct Types;
    #[doc = include_str!("../../docs/relations.md")]
    struct Relations;
    #[doc = include_str!("../../orm-macros/docs/model.md")]
    struct DeriveModel;
    #[doc = include_str!("../../docs/schema.md")]
    struct Schema;
    #[doc = include_str!("../../docs/migrations.md")]
    struct Migrations;
    #[doc = include_str!("../../orm-macros/docs/meta.md")]
    struct DeriveMeta;
    #[doc = include_str!("../../orm-macros/docs/db_type.md")]
    struct DeriveDbType;
    #[doc = include_str!("../../orm-macros/docs/db_enum.md")]
    struct DeriveDbEnum;
    #[doc = include_str!("../../docs/text.md")]
    struct Text;
    #[doc = include_str!("../../docs/full_text.md")]
    struct FullText;
    #[doc = include_str!("../../docs/attributes.md")]
    struct Attributes;
    #[doc = include_str!("../../orm-macros/docs/embed.md")]
    struct DeriveEmbed;
    #[doc = include_str!("../../docs/embed.md")]
    struct GuideEmbed;
    #[doc = include_str!("../../docs/validation.md")]
    struct GuideValidation;
    #[doc = include_str!("../../docs/shapes.md")]
    struct Shapes;
    #[doc = include_str!("../../orm-macros/docs/projection.md")]
    struct DeriveProjection;
    #[doc = include_str!("../../docs/lookups.md")]
    struct GuideLookups;
    #[doc = include_str!("../../docs/seeing.md")]
    struct Seeing;
    #[doc = include_str!("../../docs/many_rows.md")]
    struct ManyRows;
    #[doc = include_str!("../../docs/pages.md")]
    struct Pages;
    #[doc = include_str!("../../docs/locks.md")]
    struct Locks;
    #[doc = include_str!("../../docs/writes.md")]
    struct Writes;
    #[doc = include_str!("../../docs/routing.md")]
    struct Routing;
    #[doc = include_str!("../../docs/connections.md")]
    struct Connections;
    #[doc = include_str!("../../docs/expressions.md")]
    struct Expressions;
    #[doc = include_str!("../../docs/functions.md")]
    struct Functions;
    #[doc = include_str!("../../docs/sql.md")]
    struct Sql;
    #[doc = include_str!("../../docs/from/djazzle.md")]
    struct FromDjazzle;
    #[doc = include_str!("../../docs/from/peewee.md")]
    struct FromPeewee;
    #[doc = include_str!("../../docs/from/pydapper.md")]
    struct FromPydapper;
    #[doc = include_str!("../../docs/from/oxyde.md")]
    struct FromOxyde;
    #[doc = include_str!("../../docs/tracked.md")]
    struct GuideTracked;
    #[doc = include_str!("../../docs/databases.md")]
    struct Databases;
    #[doc = include_str!("../../docs/parity_broken.md")]
    struct ParityBroken;
    #[doc = include_str!("../../docs/parity_wider.md")]
    struct ParityWider;
    #[doc = include_str!("../../docs/parity.md")]
    struct Parity;
}

/// What a case gives: any error fails it.
pub type Outcome = Result<(), Box<dyn std::error::Error + Send + Sync>>;

/// Declares cases: `async fn name(db: &TestDb) -> Outcome { .. }`, each run on every backend.
///
/// After `#![needs(Client)]` they run only where that [`Need`] is met, and are shown as ignored elsewhere.
#[macro_export]
macro_rules! cases {
    (#![needs($need:ident)] $($cases:tt)*) => { $crate::cases!(@ $need $($cases)*); };
    (@ $need:ident
        $($(#[$meta:meta])* async fn $name:ident($db:ident: &TestDb) -> $outcome:ty $body:block)*
    ) => {$(
        $(#[$meta])*
        fn $name($db: &$crate::TestDb) -> $crate::CaseFuture<'_> {
            async fn body($db: &$crate::TestDb) -> $outcome $body
            Box::pin(body($db))
        }
        $crate::inventory::submit! {
            $crate::Case {
                module: module_path!(),
                name: stringify!($name),
                need: $crate::Need::$need,
                body: $name,
            }
        }
    )*};
    ($($cases:tt)*) => { $crate::cases!(@ Nothing $($cases)*); };
}
