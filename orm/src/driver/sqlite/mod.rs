//! stub
use super::{Mismatch, Outcome, Server, Sink, Statement};
use crate::error::Result;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use std::marker::PhantomData;
#[derive(Debug, Clone)]
pub(crate) struct ConnectOptions;
#[derive(Debug)]
pub(crate) struct Connection;
impl Connection {
    pub(crate) async fn open(_: &ConnectOptions) -> Result<Self> {
        loop {}
    }
    pub(crate) fn server(&self) -> Server {
        loop {}
    }
    pub(crate) async fn run(&mut self, _: Statement<'_>, _: &mut dyn Sink) -> Result<Outcome> {
        loop {}
    }
    pub(crate) async fn batch(&mut self, _: &str) -> Result<()> {
        loop {}
    }
    pub(crate) async fn ping(&mut self) -> Result<()> {
        loop {}
    }
    pub(crate) fn reset_now(&mut self) -> bool {
        loop {}
    }
    pub(crate) async fn close(self) -> Result<()> {
        loop {}
    }
}
#[derive(Debug)]
pub(crate) struct RowRef<'r>(PhantomData<&'r ()>);
type Read<T> = Result<Option<T>, Mismatch>;
impl RowRef<'_> {
    pub(crate) fn is_null(&self, _: usize) -> bool {
        loop {}
    }
    pub(crate) fn bool(&self, _: usize) -> Read<bool> {
        loop {}
    }
    pub(crate) fn i64(&self, _: usize) -> Read<i64> {
        loop {}
    }
    pub(crate) fn u64(&self, _: usize) -> Read<u64> {
        loop {}
    }
    pub(crate) fn f32(&self, _: usize) -> Read<f32> {
        loop {}
    }
    pub(crate) fn f64(&self, _: usize) -> Read<f64> {
        loop {}
    }
    pub(crate) fn text(&self, _: usize) -> Read<String> {
        loop {}
    }
    pub(crate) fn bytes(&self, _: usize) -> Read<Vec<u8>> {
        loop {}
    }
    pub(crate) fn date(&self, _: usize) -> Read<NaiveDate> {
        loop {}
    }
    pub(crate) fn time(&self, _: usize) -> Read<NaiveTime> {
        loop {}
    }
    pub(crate) fn datetime(&self, _: usize) -> Read<NaiveDateTime> {
        loop {}
    }
    pub(crate) fn timestamp(&self, _: usize) -> Read<DateTime<Utc>> {
        loop {}
    }
    #[cfg(feature = "uuid")]
    pub(crate) fn uuid(&self, _: usize) -> Read<uuid::Uuid> {
        loop {}
    }
    #[cfg(feature = "decimal")]
    pub(crate) fn decimal(&self, _: usize, _: u8) -> Read<rust_decimal::Decimal> {
        loop {}
    }
    #[cfg(feature = "json")]
    pub(crate) fn json(&self, _: usize) -> Read<serde_json::Value> {
        loop {}
    }
}
