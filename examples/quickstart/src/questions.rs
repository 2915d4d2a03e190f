//! Ten questions of the shop's owner, each one typed query.

use std::future::Future;
use std::pin::Pin;

use orm::prelude::*;

use crate::models::{
    Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, Playlist, PlaylistTrack, Track,
};

/// A question, how it is answered, and the same in plain SQL.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// What the owner asks.
    pub text: &'static str,
    /// The headings of the answer.
    pub headings: &'static [&'static str],
    /// Asks a database.
    pub ask: fn(Database) -> Answering,
    /// The same question in plain SQL with ANSI quotes, for comparison. Amounts of money are written
    /// `MONEY(..)`, because SQLite keeps them in cents.
    pub sql: &'static str,
}

/// An answer on its way: rows of cells.
pub type Answering = Pin<Box<dyn Future<Output = orm::Result<Vec<Vec<String>>>> + Send>>;

/// All ten.
pub const QUESTIONS: [Question; 10] = [
    Question {
        text: "Where does the money come from?",
        headings: &["Country", "Invoices", "Revenue"],
        ask: |shop| Box::pin(revenue_by_country(shop)),
        sql: r#"SELECT "BillingCountry", COUNT(*), MONEY(SUM("Total")) FROM "Invoice"
            GROUP BY "BillingCountry" ORDER BY SUM("Total") DESC, "BillingCountry" LIMIT 10"#,
    },
    Question {
        text: "Who are the best customers?",
        headings: &["First name", "Last name", "Country", "Spent"],
        ask: |shop| Box::pin(best_customers(shop)),
        sql: r#"SELECT c."FirstName", c."LastName", c."Country", MONEY(SUM(i."Total"))
            FROM "Invoice" i JOIN "Customer" c ON c."CustomerId" = i."CustomerId"
            GROUP BY c."CustomerId", c."FirstName", c."LastName", c."Country"
            ORDER BY SUM(i."Total") DESC, c."LastName" LIMIT 10"#,
    },
    Question {
        text: "Which albums have more than 20 tracks?",
        headings: &["Artist", "Album", "Tracks"],
        ask: |shop| Box::pin(long_albums(shop)),
        sql: r#"SELECT ar."Name", al."Title", COUNT(t."TrackId")
            FROM "Track" t JOIN "Album" al ON al."AlbumId" = t."AlbumId"
            JOIN "Artist" ar ON ar."ArtistId" = al."ArtistId"
            GROUP BY al."AlbumId", al."Title", ar."Name" HAVING COUNT(t."TrackId") > 20
            ORDER BY COUNT(t."TrackId") DESC, al."Title""#,
    },
    Question {
        text: "Which playlists hold something by Antônio Carlos Jobim?",
        headings: &["Playlist", "Tracks in all"],
        ask: |shop| Box::pin(playlists_with(shop, "Antônio Carlos Jobim")),
        sql: r#"SELECT p."Name", (SELECT COUNT(*) FROM "PlaylistTrack" e WHERE e."PlaylistId" = p."PlaylistId")
            FROM "Playlist" p WHERE p."PlaylistId" IN (
                SELECT e."PlaylistId" FROM "PlaylistTrack" e JOIN "Track" t ON t."TrackId" = e."TrackId"
                JOIN "Album" al ON al."AlbumId" = t."AlbumId"
                JOIN "Artist" ar ON ar."ArtistId" = al."ArtistId"
                WHERE ar."Name" = 'Antônio Carlos Jobim')
            ORDER BY p."PlaylistId""#,
    },
    Question {
        text: "What sells best?",
        headings: &["Genre", "Tracks sold", "Revenue"],
        ask: |shop| Box::pin(best_genres(shop)),
        sql: r#"SELECT g."Name", SUM(l."Quantity"), MONEY(SUM(l."UnitPrice"))
            FROM "InvoiceLine" l JOIN "Track" t ON t."TrackId" = l."TrackId"
            LEFT JOIN "Genre" g ON g."GenreId" = t."GenreId"
            GROUP BY g."Name" ORDER BY SUM(l."Quantity") DESC, g."Name" LIMIT 8"#,
    },
    Question {
        text: "Who in the team sold how much?",
        headings: &["Employee", "Invoices", "Revenue", "Average"],
        ask: |shop| Box::pin(sales_by_employee(shop)),
        sql: r#"SELECT e."LastName", COUNT(*), MONEY(SUM(i."Total")), MONEY(AVG(i."Total"))
            FROM "Invoice" i JOIN "Customer" c ON c."CustomerId" = i."CustomerId"
            LEFT JOIN "Employee" e ON e."EmployeeId" = c."SupportRepId"
            GROUP BY e."LastName" ORDER BY SUM(i."Total") DESC"#,
    },
    Question {
        text: "Who reports to whom?",
        headings: &["Name", "Job", "Reports to"],
        ask: |shop| Box::pin(hierarchy(shop)),
        sql: r#"SELECT e."LastName", e."Title", b."LastName" FROM "Employee" e
            LEFT JOIN "Employee" b ON b."EmployeeId" = e."ReportsTo" ORDER BY e."EmployeeId""#,
    },
    Question {
        text: "How much of the stock has never been sold?",
        headings: &["Tracks", "Never sold", "Of these without a composer"],
        ask: |shop| Box::pin(never_sold(shop)),
        sql: r#"SELECT (SELECT COUNT(*) FROM "Track"), COUNT(*), COUNT(*) - COUNT("Composer") FROM "Track" t
            WHERE NOT EXISTS (SELECT 1 FROM "InvoiceLine" l WHERE l."TrackId" = t."TrackId")"#,
    },
    Question {
        text: "How were the sales of 2023?",
        headings: &["Invoices", "Revenue", "Smallest", "Largest"],
        ask: |shop| Box::pin(sales_of(shop, 2023)),
        sql: r#"SELECT COUNT(*), MONEY(SUM("Total")), MONEY(MIN("Total")), MONEY(MAX("Total")) FROM "Invoice"
            WHERE "InvoiceDate" >= '2023-01-01 00:00:00' AND "InvoiceDate" < '2024-01-01 00:00:00'"#,
    },
    Question {
        text: "Which are the longest rock tracks?",
        headings: &["Track", "Album", "Minutes", "Price"],
        ask: |shop| Box::pin(longest_tracks(shop, "Rock")),
        sql: r#"SELECT t."Name", al."Title", t."Milliseconds" / 60000, MONEY(t."UnitPrice")
            FROM "Track" t LEFT JOIN "Album" al ON al."AlbumId" = t."AlbumId"
            JOIN "Genre" g ON g."GenreId" = t."GenreId" WHERE g."Name" = 'Rock'
            ORDER BY t."Milliseconds" DESC LIMIT 5"#,
    },
];

type Rows = orm::Result<Vec<Vec<String>>>;

async fn revenue_by_country(shop: Database) -> Rows {
    let rows = Invoice::objects()
        .group_by(Invoice::billing_country)
        .annotate((count_rows(), sum(Invoice::total)))
        .order_by((sum(Invoice::total).desc(), key(Invoice::billing_country).asc()))
        .limit(10)
        .using(shop)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|(country, invoices, revenue)| vec![text(country), text(Some(invoices)), text(revenue)])
        .collect())
}

async fn best_customers(shop: Database) -> Rows {
    let customer = Invoice::customer;
    let rows = Invoice::objects()
        .group_by((
            customer,
            customer.to(Customer::first_name),
            customer.to(Customer::last_name),
            customer.to(Customer::country),
        ))
        .annotate(sum(Invoice::total))
        .order_by((sum(Invoice::total).desc(), key(customer.to(Customer::last_name)).asc()))
        .limit(10)
        .using(shop)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|(_, first, last, country, spent)| vec![first, last, text(country), text(spent)])
        .collect())
}

async fn long_albums(shop: Database) -> Rows {
    let album = Track::album;
    let rows = Track::objects()
        .filter(album.is_not_null())
        .group_by((album, album.to(Album::title), album.to(Album::artist).to(Artist::name)))
        .having(count(Track::id).gt(20))
        .annotate(count(Track::id))
        .order_by((count(Track::id).desc(), key(album.to(Album::title)).asc()))
        .using(shop)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|(_, title, artist, tracks)| vec![text(artist), text(title), text(Some(tracks))])
        .collect())
}

async fn playlists_with(shop: Database, artist: &'static str) -> Rows {
    // Three foreign keys from the entry of a playlist to the name of an artist.
    let by = PlaylistTrack::track.to(Track::album).to(Album::artist).to(Artist::name);
    let rows = Playlist::objects()
        .filter(Playlist::entries.any(by.eq(artist)))
        .order_by(Playlist::id)
        .select((Playlist::name, Playlist::entries.count()))
        .using(shop)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(name, tracks)| vec![text(name), text(Some(tracks))]).collect())
}

async fn best_genres(shop: Database) -> Rows {
    let genre = InvoiceLine::track.to(Track::genre).to(Genre::name);
    let rows = InvoiceLine::objects()
        .group_by(genre)
        .annotate((sum(InvoiceLine::quantity), sum(InvoiceLine::unit_price)))
        .order_by((sum(InvoiceLine::quantity).desc(), key(genre).asc()))
        .limit(8)
        .using(shop)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(genre, sold, revenue)| vec![text(genre), text(sold), text(revenue)]).collect())
}

async fn sales_by_employee(shop: Database) -> Rows {
    let employee = Invoice::customer.to(Customer::support_rep).to(Employee::last_name);
    let rows = Invoice::objects()
        .group_by(employee)
        .annotate((count_rows(), sum(Invoice::total), avg(Invoice::total)))
        .order_by(sum(Invoice::total).desc())
        .using(shop)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|(name, invoices, revenue, average)| {
            vec![text(name), text(Some(invoices)), text(revenue), text(average.map(|a| format!("{a:.4}")))]
        })
        .collect())
}

async fn hierarchy(shop: Database) -> Rows {
    let rows = Employee::objects()
        .order_by(Employee::id)
        .select((Employee::last_name, Employee::title, Employee::reports_to.to(Employee::last_name)))
        .using(shop)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(name, title, boss)| vec![name, text(title), text(boss)]).collect())
}

async fn never_sold(shop: Database) -> Rows {
    let unsold = Track::objects().exclude(Track::sales.exists()).using(&shop);
    let tracks = Track::objects().using(&shop).count().await?;
    let never = unsold.clone().count().await?;
    let anonymous = unsold.filter(Track::composer.is_null()).count().await?;
    Ok(vec![vec![tracks.to_string(), never.to_string(), anonymous.to_string()]])
}

async fn sales_of(shop: Database, year: i32) -> Rows {
    let new_year = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN);
    let (invoices, revenue, smallest, largest) = Invoice::objects()
        .filter(Invoice::date.ge(new_year(year)) & Invoice::date.lt(new_year(year + 1)))
        .using(shop)
        .aggregate((count_rows(), sum(Invoice::total), min(Invoice::total), max(Invoice::total)))
        .await?;
    Ok(vec![vec![text(Some(invoices)), text(revenue), text(smallest), text(largest)]])
}

async fn longest_tracks(shop: Database, genre: &'static str) -> Rows {
    let rows = Track::objects()
        .filter(Track::genre.to(Genre::name).eq(genre))
        .order_by(Track::milliseconds.desc())
        .select_related(Track::album)
        .limit(5)
        .using(shop)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|(track, album)| {
            let minutes = track.milliseconds / 60_000;
            vec![
                track.name,
                text(album.map(|album| album.title)),
                minutes.to_string(),
                text(Some(track.unit_price)),
            ]
        })
        .collect())
}

/// A cell; empty for NULL.
fn text<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
