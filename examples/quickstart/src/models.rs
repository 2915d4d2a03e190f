//! The eleven tables of the shop. Names in the database are those of the Chinook file, so that the same
//! models read that file and fill the new tables.

use orm::prelude::*;

/// The database of the shop; `main` says which one it is.
pub static SHOP: Database = Database::deferred("shop");

/// What all models of the shop have in common.
#[derive(Meta, Debug)]
#[meta(database = SHOP)]
pub struct Shop;

/// Somebody who makes music.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = Shop, table = "Artist")]
pub struct Artist {
    /// The key.
    #[field(primary_key, insertable, column = "ArtistId")]
    pub id: i64,
    /// The name.
    #[field(column = "Name")]
    pub name: Option<String>,
}

/// A record.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = Shop, table = "Album")]
pub struct Album {
    /// The key.
    #[field(primary_key, insertable, column = "AlbumId")]
    pub id: i64,
    /// The title.
    #[field(column = "Title")]
    pub title: String,
    /// Who made it.
    #[field(column = "ArtistId", related_name = albums, index)]
    pub artist: ForeignKey<Artist>,
}

/// A kind of music.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = Shop, table = "Genre")]
pub struct Genre {
    /// The key.
    #[field(primary_key, insertable, column = "GenreId")]
    pub id: i64,
    /// The name.
    #[field(column = "Name")]
    pub name: Option<String>,
}

/// A file format.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = Shop, table = "MediaType")]
pub struct MediaType {
    /// The key.
    #[field(primary_key, insertable, column = "MediaTypeId")]
    pub id: i64,
    /// The name.
    #[field(column = "Name")]
    pub name: Option<String>,
}

/// A piece of music.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = Shop, table = "Track")]
pub struct Track {
    /// The key.
    #[field(primary_key, insertable, column = "TrackId")]
    pub id: i64,
    /// The name.
    #[field(column = "Name")]
    pub name: String,
    /// The record it is on.
    #[field(column = "AlbumId", related_name = tracks, index)]
    pub album: Option<ForeignKey<Album>>,
    /// Its file format.
    #[field(column = "MediaTypeId", related_name = tracks, index)]
    pub media_type: ForeignKey<MediaType>,
    /// Its kind of music.
    #[field(column = "GenreId", related_name = tracks, index)]
    pub genre: Option<ForeignKey<Genre>>,
    /// Who wrote it.
    #[field(column = "Composer")]
    pub composer: Option<String>,
    /// How long it plays.
    #[field(column = "Milliseconds")]
    pub milliseconds: i32,
    /// How much it weighs.
    #[field(column = "Bytes")]
    pub bytes: Option<i32>,
    /// What it costs.
    #[field(column = "UnitPrice", precision = 10, scale = 2)]
    pub unit_price: Decimal,
}

/// A list of tracks.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = Shop, table = "Playlist")]
pub struct Playlist {
    /// The key.
    #[field(primary_key, insertable, column = "PlaylistId")]
    pub id: i64,
    /// The name.
    #[field(column = "Name")]
    pub name: Option<String>,
}

/// A track on a list: its key is the pair.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = Shop, table = "PlaylistTrack", primary_key(playlist, track))]
pub struct PlaylistTrack {
    /// The list.
    #[field(column = "PlaylistId", related_name = entries)]
    pub playlist: ForeignKey<Playlist>,
    /// The track.
    #[field(column = "TrackId", related_name = entries, index)]
    pub track: ForeignKey<Track>,
}

/// Somebody who works for the shop.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = Shop, table = "Employee")]
pub struct Employee {
    /// The key.
    #[field(primary_key, insertable, column = "EmployeeId")]
    pub id: i64,
    /// The family name.
    #[field(column = "LastName")]
    pub last_name: String,
    /// The given name.
    #[field(column = "FirstName")]
    pub first_name: String,
    /// The job.
    #[field(column = "Title")]
    pub title: Option<String>,
    /// The boss.
    #[field(column = "ReportsTo", related_name = reports, index)]
    pub reports_to: Option<ForeignKey<Employee>>,
    /// Date of birth.
    #[field(column = "BirthDate")]
    pub birth_date: Option<NaiveDateTime>,
    /// First day at work.
    #[field(column = "HireDate")]
    pub hire_date: Option<NaiveDateTime>,
    /// Street and number.
    #[field(column = "Address")]
    pub address: Option<String>,
    /// Town.
    #[field(column = "City")]
    pub city: Option<String>,
    /// State or province.
    #[field(column = "State")]
    pub state: Option<String>,
    /// Country.
    #[field(column = "Country")]
    pub country: Option<String>,
    /// Post code.
    #[field(column = "PostalCode")]
    pub postal_code: Option<String>,
    /// Telephone.
    #[field(column = "Phone")]
    pub phone: Option<String>,
    /// Fax.
    #[field(column = "Fax")]
    pub fax: Option<String>,
    /// E-mail.
    #[field(column = "Email")]
    pub email: Option<String>,
}

/// Somebody who buys.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = Shop, table = "Customer")]
pub struct Customer {
    /// The key.
    #[field(primary_key, insertable, column = "CustomerId")]
    pub id: i64,
    /// The given name.
    #[field(column = "FirstName")]
    pub first_name: String,
    /// The family name.
    #[field(column = "LastName")]
    pub last_name: String,
    /// The firm.
    #[field(column = "Company")]
    pub company: Option<String>,
    /// Street and number.
    #[field(column = "Address")]
    pub address: Option<String>,
    /// Town.
    #[field(column = "City")]
    pub city: Option<String>,
    /// State or province.
    #[field(column = "State")]
    pub state: Option<String>,
    /// Country.
    #[field(column = "Country")]
    pub country: Option<String>,
    /// Post code.
    #[field(column = "PostalCode")]
    pub postal_code: Option<String>,
    /// Telephone.
    #[field(column = "Phone")]
    pub phone: Option<String>,
    /// Fax.
    #[field(column = "Fax")]
    pub fax: Option<String>,
    /// E-mail.
    #[field(column = "Email", max_length = 60)]
    pub email: String,
    /// Who looks after them.
    #[field(column = "SupportRepId", related_name = customers, index)]
    pub support_rep: Option<ForeignKey<Employee>>,
}

/// A sale.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = Shop, table = "Invoice")]
pub struct Invoice {
    /// The key.
    #[field(primary_key, insertable, column = "InvoiceId")]
    pub id: i64,
    /// Who bought.
    #[field(column = "CustomerId", related_name = invoices, index)]
    pub customer: ForeignKey<Customer>,
    /// When.
    #[field(column = "InvoiceDate")]
    pub date: NaiveDateTime,
    /// Street and number.
    #[field(column = "BillingAddress")]
    pub billing_address: Option<String>,
    /// Town.
    #[field(column = "BillingCity")]
    pub billing_city: Option<String>,
    /// State or province.
    #[field(column = "BillingState")]
    pub billing_state: Option<String>,
    /// Country.
    #[field(column = "BillingCountry")]
    pub billing_country: Option<String>,
    /// Post code.
    #[field(column = "BillingPostalCode")]
    pub billing_postal_code: Option<String>,
    /// How much.
    #[field(column = "Total", precision = 10, scale = 2)]
    pub total: Decimal,
}

/// A track on a sale.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = Shop, table = "InvoiceLine")]
pub struct InvoiceLine {
    /// The key.
    #[field(primary_key, insertable, column = "InvoiceLineId")]
    pub id: i64,
    /// The sale.
    #[field(column = "InvoiceId", related_name = lines, index)]
    pub invoice: ForeignKey<Invoice>,
    /// The track.
    #[field(column = "TrackId", related_name = sales, index)]
    pub track: ForeignKey<Track>,
    /// Its price that day.
    #[field(column = "UnitPrice", precision = 10, scale = 2)]
    pub unit_price: Decimal,
    /// How many.
    #[field(column = "Quantity")]
    pub quantity: i32,
}
