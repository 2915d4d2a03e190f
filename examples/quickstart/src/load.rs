//! Filling the shop: reads the Chinook file with the shop's own models and writes every row to the shop.

use orm::prelude::*;

use crate::models::{
    Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist, PlaylistTrack, Track,
};

/// Where the Chinook file is: read-only, and never locked.
#[must_use]
pub fn chinook_url() -> String {
    format!("sqlite:///{}/data/chinook.sqlite?mode=ro&immutable=true", env!("CARGO_MANIFEST_DIR"))
}

/// Copies every row from one database to another and says how many. Calls `progress` after each table.
///
/// # Errors
///
/// Whatever reading or writing gives.
pub async fn load(from: &Database, to: &Database, mut progress: impl FnMut(&str, u64)) -> orm::Result<u64> {
    let mut rows = 0;
    // In the order of the foreign keys.
    macro_rules! copy {
        ($($model:ident),*) => {$(
            let all = $model::objects().using(from).all().await?;
            let copied = $model::objects().using(to).bulk_create(all).await?;
            rows += copied;
            progress(stringify!($model), copied);
        )*};
    }
    copy!(Artist, Album, Genre, MediaType, Track, Playlist, PlaylistTrack);
    // Employees refer to employees: the file has every boss before those who report to them.
    copy!(Employee, Customer, Invoice, InvoiceLine);
    Ok(rows)
}
