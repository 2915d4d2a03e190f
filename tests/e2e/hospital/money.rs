//! What it costs. An app of its own, as the accountants want it, beside the tables of the hospital.

use orm::model::Table;
use orm::prelude::*;

use super::HospitalMeta;
use super::care::Stay;
use super::patients::Insurer;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, app = "billing", table_prefix = "bill_", table = "tariffs")]
pub struct Tariff {
    #[field(primary_key, max_length = 12)]
    pub code: String,
    #[field(precision = 10, scale = 2, db_default = 0.00)]
    pub price: Decimal,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, app = "billing", table_prefix = "bill_", table = "invoices", ordering(-issued, id))]
pub struct Invoice {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = restrict, related_name = invoices)]
    pub stay: ForeignKey<Stay>,
    #[field(on_delete = set_null, on_update = cascade, related_name = invoices)]
    pub insurer: Option<ForeignKey<Insurer>>,
    #[field(db_default = today)]
    pub issued: NaiveDate,
    #[field(choices("draft", "sent", "paid"), default = "draft", max_length = 5, index)]
    pub state: String,
}

/// A line of an invoice, counted within it.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    meta = HospitalMeta,
    app = "billing",
    table_prefix = "bill_",
    table = "invoice_lines",
    primary_key(invoice, number)
)]
pub struct InvoiceLine {
    #[field(on_delete = cascade, related_name = lines)]
    pub invoice: ForeignKey<Invoice>,
    pub number: i16,
    #[field(on_delete = restrict, related_name = lines)]
    pub tariff: ForeignKey<Tariff>,
    #[field(precision = 6, scale = 2)]
    pub count: Decimal,
    #[field(precision = 10, scale = 2)]
    pub price: Decimal,
    #[field(precision = 14, scale = 2, generated(Self::price * Self::count, stored))]
    pub total: Decimal,
}

/// What came in. A program of the bank writes it too, in columns as that names them.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, app = "billing", table_prefix = "bill_", naming(plural, columns = "camelCase"))]
pub struct Payment {
    #[field(primary_key)]
    pub id: i64,
    #[field(on_delete = restrict, related_name = payments)]
    pub invoice: ForeignKey<Invoice>,
    #[field(precision = 14, scale = 2, check = Self::amount.ne(Decimal::ZERO))]
    pub amount: Decimal,
    #[field(auto_now_add)]
    pub received: DateTime<Utc>,
}

/// What an insurer says against a line: a foreign key of two columns, as the insurers' program names them.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, app = "billing", table_prefix = "bill_", table = "objections")]
pub struct Objection {
    #[field(primary_key)]
    pub id: i64,
    #[field(columns(invoice_id = "invoice", number = "line_no"), on_delete = cascade, related_name = objections)]
    pub line: ForeignKey<InvoiceLine>,
    pub says: String,
}

/// Who looked at what. Kept on a server that nobody else writes to, so it refers to nothing.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = HospitalMeta, database = "audit", replicas("audit of last night"), table = "audit")]
pub struct Audit {
    #[field(primary_key)]
    pub id: i64,
    #[field(max_length = 60)]
    pub who: String,
    #[field(max_length = 120)]
    pub what: String,
    #[field(db_default = now, read_only)]
    pub at: DateTime<Utc>,
}

pub(super) const TABLES: [&Table; 6] =
    [Tariff::TABLE, Invoice::TABLE, InvoiceLine::TABLE, Payment::TABLE, Objection::TABLE, Audit::TABLE];
