//! One column of every type, once required and once nullable.

use orm::prelude::*;

/// Every column type.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "every_type", new(Debug, Clone))]
pub struct EveryType {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// `bool`
    pub truth: bool,
    /// `i8`
    pub tiny: i8,
    /// `i16`
    pub small: i16,
    /// `i32`
    pub medium: i32,
    /// `i64`
    pub big: i64,
    /// `u8`
    pub unsigned_tiny: u8,
    /// `u16`
    pub unsigned_small: u16,
    /// `u32`
    pub unsigned_medium: u32,
    /// `u64`
    pub unsigned_big: u64,
    /// `f32`
    pub single: f32,
    /// `f64`
    pub double: f64,
    /// `String`
    pub text: String,
    /// `String`, at most 20 characters
    #[field(max_length = 20)]
    pub short_text: String,
    /// `Vec<u8>`
    pub bytes: Vec<u8>,
    /// `NaiveDate`
    pub date: NaiveDate,
    /// `NaiveTime`
    pub time: NaiveTime,
    /// `NaiveDateTime`
    pub datetime: NaiveDateTime,
    /// `DateTime<Utc>`
    pub timestamp: DateTime<Utc>,
    /// `Uuid`
    pub uuid: Uuid,
    /// `Decimal`
    #[field(precision = 18, scale = 4)]
    pub decimal: Decimal,
    /// JSON
    pub json: serde_json::Value,
}

/// Every column type, nullable.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "every_option", new(Debug, Clone))]
pub struct EveryOption {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// `bool`
    pub truth: Option<bool>,
    /// `i8`
    pub tiny: Option<i8>,
    /// `i16`
    pub small: Option<i16>,
    /// `i32`
    pub medium: Option<i32>,
    /// `i64`
    pub big: Option<i64>,
    /// `u8`
    pub unsigned_tiny: Option<u8>,
    /// `u16`
    pub unsigned_small: Option<u16>,
    /// `u32`
    pub unsigned_medium: Option<u32>,
    /// `u64`
    pub unsigned_big: Option<u64>,
    /// `f32`
    pub single: Option<f32>,
    /// `f64`
    pub double: Option<f64>,
    /// `String`
    pub text: Option<String>,
    /// `String`, at most 20 characters
    #[field(max_length = 20)]
    pub short_text: Option<String>,
    /// `Vec<u8>`
    pub bytes: Option<Vec<u8>>,
    /// `NaiveDate`
    pub date: Option<NaiveDate>,
    /// `NaiveTime`
    pub time: Option<NaiveTime>,
    /// `NaiveDateTime`
    pub datetime: Option<NaiveDateTime>,
    /// `DateTime<Utc>`
    pub timestamp: Option<DateTime<Utc>>,
    /// `Uuid`
    pub uuid: Option<Uuid>,
    /// `Decimal`
    #[field(precision = 18, scale = 4)]
    pub decimal: Option<Decimal>,
    /// JSON
    pub json: Option<serde_json::Value>,
}
