//! Typed queries: `QuerySet` is immutable and lazy, its terminals give a `Run`.
//!
//! `queryset` holds the type and what narrows it, `shape` the traits for what a row gives, `projection` those that are
//! structs, `lookup` what is asked for by name, `order` what is said of an order beside `order_by`, `read`, `stream` and
//! `write` the terminals. Builds `plan`s from `expr`essions and hands them to `exec`; generic code here is a thin
//! shell around untyped plans.

mod get_or_create;
mod linked;
mod lock;
mod lookup;
mod order;
mod page;
mod projection;
mod queryset;
mod read;
mod shape;
mod stream;
mod tuple;
mod upsert;
mod write;

pub use linked::Linked;
pub use lookup::Lookups;
pub use page::{CursorPage, Page, PageCursor, set_page_secret};
pub use projection::{NestedField, Nests, Projection, field_names, projected, with_digits};
pub use queryset::QuerySet;
pub(crate) use read::key_condition;
pub use shape::{Annotation, Keys, Push, Selection};
pub use stream::{Batches, BlockingBatches};
pub use upsert::{Leaves, OnConflict, UniqueKey, Updates, Upsert};
pub use write::Inserts;
