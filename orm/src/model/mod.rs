//! Models as data: const metadata, foreign keys, the registry. No I/O, no drivers.
//!
//! Uses `types`, `error` and, for the typed shells that a derive emits, `expr`.

mod db_default;
mod field;
mod foreign_key;
mod index;
mod insert;
mod key;
mod meta;
mod name;
mod per_backend;
mod redacted;
mod registry;
mod relation;
mod table;

pub use db_default::DbDefault;
pub use field::{AutoValue, ColumnDef, DefaultValue, Field, Literal, Writable};
pub use foreign_key::{ForeignKey, Hop};
pub use index::{Index, IndexPart};
pub use insert::{Insert, IntoNew, Patch, Values};
pub use key::{IntoKey, Key};
pub use meta::{DatabaseSource, Meta, MetaDef};
pub use name::{constraint_name, index_name};
pub use per_backend::PerBackend;
pub use redacted::Redacted;
pub use registry::{Registered, tables};
pub use relation::{Action, Reference, RelationDef};
pub use table::{Model, OrderPart, Table};
