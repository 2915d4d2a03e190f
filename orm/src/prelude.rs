//! What `use orm::prelude::*` brings: everything that the models and queries of a program name.

pub use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
#[cfg(feature = "decimal")]
pub use rust_decimal::Decimal;
#[cfg(feature = "uuid")]
pub use uuid::Uuid;

pub use crate::database::{Database, DatabaseProxy, db};
pub use crate::driver::Backend;
pub use crate::expr::{
    Column, Expr, FullText, Q, Relation, avg, case, count, count_distinct, count_rows, key, lower, max, min,
    sum, upper,
};
pub use crate::model::{Embed, ForeignKey, Meta, Model};
pub use crate::query::{Projection, QuerySet};
pub use crate::transaction::{Tx, atomic};
#[cfg(feature = "json")]
pub use crate::types::Json;
pub use orm_macros::{DbEnum, DbType, Embed, Meta, Model, Projection};
