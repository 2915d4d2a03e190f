//! What hospitals have in common: countries, drugs and diagnoses, and the groups of columns that addresses and names
//! are. A crate of its own, whose models those of a hospital refer to.

/// The framework, for programs that have it from here.
pub use orm;
use orm::model::Table;
use orm::prelude::*;

/// Where the formulary is.
pub static FORMULARY: Database = Database::deferred("formulary");

/// Its settings.
#[derive(Meta, Debug)]
#[meta(database = FORMULARY, table_prefix = "ref_", app = "formulary")]
pub struct FormularyMeta;

/// A code of the International Classification of Diseases: a letter, two digits, and more behind a point.
#[derive(DbType, Debug, Clone, PartialEq)]
#[db_type(try_from)]
pub struct IcdCode(String);

impl TryFrom<String> for IcdCode {
    type Error = &'static str;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        let mut characters = code.chars();
        let letter = characters.next().is_some_and(|c| c.is_ascii_uppercase());
        let digits = characters.by_ref().take(2).filter(char::is_ascii_digit).count() == 2;
        if letter && digits {
            Ok(Self(code))
        } else {
            Err("a code is a letter and two digits, as in `S72.0`")
        }
    }
}

/// How a drug is taken.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
#[db_enum(rename_all = "kebab-case")]
pub enum Form {
    /// By mouth.
    Tablet,
    /// Into a vein.
    Infusion,
    /// Into an eye.
    EyeDrops,
}

/// A name, as it is spelled on a wrist band.
#[derive(Embed, Debug, Clone, PartialEq)]
#[embed(patch(Debug))]
pub struct PersonName {
    /// The name within a family.
    #[field(max_length = 60, validate(length(min = 1)))]
    pub given: String,
    /// The name of the family.
    #[field(max_length = 60, validate(length(min = 1)))]
    pub family: String,
}

/// Where somebody lives.
#[derive(Embed, Debug, Clone, PartialEq)]
pub struct Address {
    /// Street and number.
    #[field(max_length = 80)]
    pub street: String,
    /// As the post writes it.
    #[field(max_length = 12, validate(alphanumeric))]
    pub zip: String,
    /// The city.
    #[field(max_length = 60, index)]
    pub city: String,
    /// The country.
    #[field(on_delete = restrict, on_update = no_action)]
    pub country: ForeignKey<Country>,
}

/// A country, by its code of two letters.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = FormularyMeta, table = "countries", ordering(name))]
pub struct Country {
    /// As in ISO 3166.
    #[field(primary_key, max_length = 2, validate(length(equal = 2), ascii))]
    pub code: String,
    /// In its own language.
    #[field(max_length = 60, unique)]
    pub name: String,
}

/// What a drug is made of.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = FormularyMeta, table = "substances")]
pub struct Substance {
    /// The key.
    #[field(primary_key, insertable)]
    pub id: i64,
    /// The international name.
    #[field(max_length = 120, unique)]
    pub name: String,
}

/// A drug as it is sold.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    meta = FormularyMeta,
    table = "drugs",
    unique_together(name, form),
    many_to_many(substances: Substance, through = Ingredient, related_name = drugs)
)]
pub struct Drug {
    /// The key.
    #[field(primary_key, insertable)]
    pub id: i64,
    /// The name on the box.
    #[field(max_length = 120)]
    pub name: String,
    /// How it is taken.
    #[field(index)]
    pub form: Form,
    /// Whether it is locked away.
    #[field(default = false)]
    pub controlled: bool,
}

/// How much of a substance is in a drug.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = FormularyMeta, table = "ingredients", primary_key(drug, substance))]
pub struct Ingredient {
    /// The drug.
    #[field(on_delete = cascade)]
    pub drug: ForeignKey<Drug>,
    /// The substance.
    #[field(on_delete = restrict, index)]
    pub substance: ForeignKey<Substance>,
    /// In one piece, or in a hundred millilitres.
    #[field(precision = 9, scale = 3, validate(range(min = Decimal::ZERO)), default = Decimal::ZERO)]
    pub milligrams: Decimal,
}

/// What somebody may have.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(meta = FormularyMeta, table = "diagnoses", ordering(code))]
pub struct Diagnosis {
    /// The key.
    #[field(primary_key)]
    pub id: i64,
    /// Its code, which is corrected now and then.
    #[field(unique, max_length = 8)]
    pub code: IcdCode,
    /// What it is called.
    pub name: String,
    /// The more general one.
    #[field(on_delete = set_null)]
    pub above: Option<ForeignKey<Diagnosis>>,
}

/// All of them.
pub const TABLES: [&Table; 5] =
    [Country::TABLE, Substance::TABLE, Drug::TABLE, Ingredient::TABLE, Diagnosis::TABLE];
