//! Models as data: const metadata, foreign keys, the registry. No I/O, no drivers.
//!
//! Uses `types`, `error` and, for the typed shells that a derive emits, `expr`.

mod check;
mod db_default;
pub(crate) mod embed;
mod field;
mod foreign_key;
mod index;
mod insert;
mod key;
mod many_to_many;
mod meta;
mod name;
pub(crate) mod naming;
pub(crate) mod over;
mod per_backend;
mod redacted;
mod refers;
mod registry;
mod relation;
mod schema_expr;
#[doc(hidden)]
pub mod shared;
mod table;
mod unique;

pub use crate::database::ReplicaSet;
pub use check::Check;
pub use db_default::DbDefault;
pub use embed::Embed;
pub(crate) use embed::parts;
pub use field::{AutoValue, ColumnDef, DefaultValue, Field, Generated, Literal, Writable};
pub use foreign_key::{ForeignKey, Hop};
pub use index::{Index, IndexMethod, IndexOf, IndexPart};
pub use insert::{Bare, Insert, IntoNew, Patch, Values};
pub use key::{IntoKey, IntoKeys, Key, RowOf};
pub(crate) use key::{key_fields, key_of, of_widths, push_columns};
pub use many_to_many::ManyToMany;
#[doc(hidden)]
pub use many_to_many::keys_to;
pub use meta::{DatabaseSource, Meta, MetaDef, ReplicaSource};
pub(crate) use name::expression_name;
pub use name::{constraint_name, index_name};
pub use naming::{NameCase, Naming};
pub use per_backend::PerBackend;
pub use redacted::Redacted;
pub use refers::Refers;
pub use registry::{Registered, tables};
pub use relation::{Action, Reference};
pub use schema_expr::SchemaExpr;
pub use shared::{SharedExpr, SharedIndex, SharedOf, SharedOrder, SharedPart};
pub use table::{Model, OrderPart, Table};
pub(crate) use unique::is_null_in_key;
