//! Rows that outlive their statement, and rows whose columns are looked at in another order.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

#[cfg(feature = "mysql")]
use super::mysql::Values as _;
#[cfg(feature = "postgres")]
use super::postgres::Values as _;
use super::row::{Mismatch, RawRow, dispatch};
#[cfg(feature = "sqlite")]
use super::sqlite::Values as _;
use crate::types::Value;

/// A row that was copied: the bytes as its backend wrote them, so that it reads as the row itself did.
#[derive(Debug, Clone)]
pub(crate) enum Kept {
    #[cfg(feature = "sqlite")]
    Sqlite(super::sqlite::KeptRow),
    #[cfg(feature = "postgres")]
    Postgres(super::postgres::KeptRow),
    #[cfg(feature = "mysql")]
    MySql(super::mysql::KeptRow),
}

impl Kept {
    pub(crate) fn raw(&self) -> RawRow<'_> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(row) => RawRow::KeptSqlite(row),
            #[cfg(feature = "postgres")]
            Self::Postgres(row) => RawRow::KeptPostgres(row),
            #[cfg(feature = "mysql")]
            Self::MySql(row) => RawRow::KeptMySql(row),
        }
    }
}

/// A row whose columns are looked at in another order.
#[derive(Debug)]
pub(crate) struct Mapped<'r> {
    pub(super) row: &'r RawRow<'r>,
    /// Where each column is.
    pub(super) order: &'r [usize],
}

type Read<T> = Result<Option<T>, Mismatch>;

macro_rules! forward {
    ($($(#[$meta:meta])* $name:ident -> $rust:ty;)*) => {$(
        $(#[$meta])*
        pub(super) fn $name(&self, at: usize) -> Read<$rust> {
            let at = self.place(at)?;
            dispatch!(self.row, row => row.$name(at))
        }
    )*};
}

impl<'r> Mapped<'r> {
    fn place(&self, at: usize) -> Result<usize, Mismatch> {
        self.order.get(at).copied().ok_or_else(|| "no such column".into())
    }

    pub(super) fn is_null(&self, at: usize) -> bool {
        self.place(at).map_or(true, |at| dispatch!(self.row, row => row.is_null(at)))
    }

    forward! {
        bool -> bool;
        i64 -> i64;
        u64 -> u64;
        f32 -> f32;
        f64 -> f64;
        text -> String;
        str -> &'r str;
        bytes -> Vec<u8>;
        date -> NaiveDate;
        time -> NaiveTime;
        datetime -> NaiveDateTime;
        timestamp -> DateTime<Utc>;
        #[cfg(feature = "uuid")]
        uuid -> uuid::Uuid;
        #[cfg(feature = "json")]
        json -> serde_json::Value;
        value -> Value;
    }

    #[cfg(feature = "decimal")]
    pub(super) fn decimal(&self, at: usize, scale: u8) -> Read<rust_decimal::Decimal> {
        let at = self.place(at)?;
        dispatch!(self.row, row => row.decimal(at, scale))
    }
}
