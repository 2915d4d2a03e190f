//! Orders with lines: keys of two columns, prices, natural keys, names that need quotes.

use orm::model::Table;
use orm::prelude::*;

/// A thing to buy, by its article number.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "product")]
pub struct Product {
    /// The article number.
    #[field(primary_key, max_length = 20)]
    pub sku: String,
    /// The price.
    #[field(precision = 10, scale = 2)]
    pub price: Decimal,
    /// The weight in kilograms, to the gram.
    #[field(precision = 8, scale = 3)]
    pub weight: Option<Decimal>,
}

/// An order; a reserved word in SQL.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "order")]
pub struct Order {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// Who ordered; a column name with a quote and a space.
    #[field(column = "ordered \"by\"")]
    pub by: String,
    /// When; another reserved word.
    pub group: NaiveDate,
}

/// A line of an order.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "order_line", primary_key(order, line))]
pub struct OrderLine {
    /// The order.
    #[field(on_delete = cascade, related_name = lines)]
    pub order: ForeignKey<Order>,
    /// Its number in the order.
    pub line: i32,
    /// What was bought.
    #[field(related_name = lines, index)]
    pub product: ForeignKey<Product>,
    /// How many.
    #[field(default = 1)]
    pub quantity: u32,
}

/// The tables of the story.
pub const TABLES: [&Table; 3] = [Product::TABLE, Order::TABLE, OrderLine::TABLE];
