//! Rows one by one, and some at a time.

mod batches;
mod rows;
mod transactions;

use orm::ErrorKind;
use orm::model::Table;
use orm::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "stream_station", ordering(-id))]
struct Station {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(max_length = 20)]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "stream_reading", new(Debug, Clone))]
struct Reading {
    #[field(primary_key, insertable)]
    id: i64,
    #[field(related_name = readings, on_delete = cascade)]
    station: Option<ForeignKey<Station>>,
    celsius: f64,
}

/// A key of two parts, of which one is text.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "stream_shelf", primary_key(room, place))]
struct Shelf {
    #[field(max_length = 10)]
    room: String,
    place: i32,
    books: i32,
}

const TABLES: [&Table; 3] = [Station::TABLE, Reading::TABLE, Shelf::TABLE];

/// More than any buffer on the way holds.
const ROWS: i64 = 20_000;

async fn fill(on: &Database, rows: i64) -> orm::Result<()> {
    on.create_tables(&TABLES).await?;
    Station::objects()
        .using(on)
        .bulk_create((1..=3).map(|id| NewStation::new(format!("station {id}")).id(id)))
        .await?;
    // A row in five is of no station.
    let reading = |id: i64| {
        let new = NewReading::new(0.5 + f64::from(i32::try_from(id).unwrap_or(0))).id(id);
        if id % 5 == 4 { new } else { new.station(id % 3 + 1) }
    };
    Reading::objects().using(on).bulk_create((1..=rows).map(reading)).await?;
    Ok(())
}

fn reason(error: &orm::Error) -> &str {
    match error.kind() {
        ErrorKind::InvalidQuery { reason } => reason,
        other => panic!("{other:?}"),
    }
}
