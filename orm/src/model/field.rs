//! Fields and the columns they take.

use super::Reference;
use crate::types::{DbValue, FieldType, Type};

/// A field of a model, with the database column or columns it takes.
#[derive(Debug)]
pub struct Field {
    /// The field's Rust name.
    pub name: &'static str,
    /// The doc comment, lines joined; empty without one.
    pub doc: &'static str,
    /// Its columns: one, but for a foreign key to a composite key and for an embedded struct.
    pub columns: &'static [ColumnDef],
    /// The table it refers to, for a foreign key.
    pub reference: Option<Reference>,
    /// Whether the value is unique in its table, by itself.
    pub unique: bool,
    /// Whether it has an index of its own.
    pub index: bool,
    /// What fills the field when the program does not.
    pub auto: AutoValue,
    /// The value that `NewX::new` gives the field, if it is a plain literal.
    pub default: DefaultValue,
}

impl Field {
    /// A field of one or more columns, with nothing special about it.
    #[must_use]
    pub const fn new(name: &'static str, columns: &'static [ColumnDef]) -> Self {
        Self {
            name,
            doc: "",
            columns,
            reference: None,
            unique: false,
            index: false,
            auto: AutoValue::None,
            default: DefaultValue::None,
        }
    }

    /// Whether the field may be NULL.
    #[must_use]
    pub const fn nullable(&self) -> bool {
        self.columns[0].nullable
    }
}

/// A column as the database knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnDef {
    /// The column's name in the database.
    pub name: &'static str,
    /// Its neutral type.
    pub ty: Type,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// The most characters a text may have.
    pub max_length: Option<u32>,
    /// Digits in all, and digits behind the point, of a decimal.
    pub precision: Option<(u8, u8)>,
}

impl ColumnDef {
    /// The single column of a field, whose type is the first of these.
    #[must_use]
    pub const fn new(name: &'static str, types: &[Type], nullable: bool) -> Self {
        Self { name, ty: types[0], nullable, max_length: None, precision: None }
    }

    /// The column of a field of Rust type `T`.
    #[must_use]
    pub const fn of<T: FieldType>(name: &'static str) -> Self {
        Self::part::<T>(name, 0)
    }

    /// The `index`-th column of a field of Rust type `T` that takes several.
    #[must_use]
    pub const fn part<T: FieldType>(name: &'static str, index: usize) -> Self {
        Self { ty: <T::Base as DbValue>::TYPES[index], ..Self::new(name, T::TYPES, T::NULLABLE) }
    }

    /// The column with a limit on the length of its text.
    #[must_use]
    pub const fn max_length(mut self, characters: u32) -> Self {
        self.max_length = Some(characters);
        self
    }

    /// The column with `precision` decimal digits in all, `scale` of them behind the point.
    #[must_use]
    pub const fn precision(mut self, precision: u8, scale: u8) -> Self {
        self.precision = Some((precision, scale));
        self
    }
}

/// What fills a field when the program does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AutoValue {
    /// Nothing: the program gives a value.
    None,
    /// The database counts up: an integer primary key.
    Increment,
    /// The time of the insert.
    NowOnInsert,
    /// The time of the last insert or update.
    Now,
}

/// The default of a field, as tools compare it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum DefaultValue {
    /// There is none.
    None,
    /// A literal.
    Literal(Literal),
    /// A Rust expression: its text.
    Expression(&'static str),
}

/// A neutral literal.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Literal {
    /// A truth value
    Bool(bool),
    /// An integer
    Int(i128),
    /// A number
    Float(f64),
    /// Text
    Text(&'static str),
}
