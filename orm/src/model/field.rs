//! Fields and the columns they take.

use super::{DbDefault, PerBackend, Reference, SchemaExpr};
use crate::types::{DbValue, FieldType, Type, Value};

/// A field of a model, with the database column or columns it takes.
#[derive(Debug)]
pub struct Field {
    /// The field's Rust name; `field.inner` for one of an embedded struct.
    pub name: &'static str,
    /// Its place among the fields of its model, or of its embedded struct.
    pub position: usize,
    /// For a field that is NULL exactly where an optional embedded struct is absent: how many bytes of `name` name
    /// that struct. 0 for every other field.
    pub absent_with: usize,
    /// The doc comment, lines joined; empty without one.
    pub doc: &'static str,
    /// Its columns: one, but for a foreign key to a composite key.
    pub columns: &'static [ColumnDef],
    /// The table it refers to, for a foreign key.
    pub reference: Option<Reference>,
    /// The fields whose columns these are, for a foreign key over fields: one of the relations of its table, and no
    /// field of a row.
    pub over: &'static [&'static Self],
    /// Whether the value is unique in its table, by itself.
    pub unique: bool,
    /// Whether it has an index of its own.
    pub index: bool,
    /// What fills the field when the program does not.
    pub auto: AutoValue,
    /// What its values are looked at by before a write: adds a message for each rule that is broken. Only with the
    /// feature `validate`.
    pub validate: Option<fn(&Value, &mut Vec<String>)>,
    /// The value that `NewX::new` gives the field.
    pub default: DefaultValue,
    /// The value that the database gives the field where an insert gives none.
    pub db_default: DbDefault,
    /// The comment of its columns, where it is not the first paragraph of the doc comment; empty for none.
    pub comment: Option<&'static str>,
    /// The Rust name that it had before, for migrations.
    pub renamed_from: Option<&'static str>,
    /// Which statements may write it.
    pub writable: Writable,
    /// Whether its values are shown nowhere: not in `Debug`, logs or errors.
    pub sensitive: bool,
    /// The values it may have, all texts or all integers; empty where it may have any.
    pub choices: &'static [Literal],
    /// What the database computes it from.
    pub generated: Option<Generated>,
}

impl Field {
    /// A field of one or more columns, with nothing special about it.
    #[must_use]
    pub const fn new(name: &'static str, columns: &'static [ColumnDef]) -> Self {
        Self {
            name,
            position: 0,
            absent_with: 0,
            doc: "",
            columns,
            reference: None,
            over: &[],
            unique: false,
            index: false,
            auto: AutoValue::None,
            validate: None,
            default: DefaultValue::None,
            db_default: DbDefault::None,
            comment: None,
            renamed_from: None,
            writable: Writable::Always,
            sensitive: false,
            choices: &[],
            generated: None,
        }
    }

    /// With this doc comment.
    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// A foreign key.
    #[must_use]
    pub const fn reference(mut self, reference: Reference) -> Self {
        self.reference = Some(reference);
        self
    }

    /// A foreign key over these fields.
    #[must_use]
    pub const fn over(mut self, fields: &'static [&'static Self]) -> Self {
        self.over = fields;
        self
    }

    /// Unique by itself.
    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// With an index of its own.
    #[must_use]
    pub const fn index(mut self) -> Self {
        self.index = true;
        self
    }

    /// Filled by this where the program gives nothing.
    #[must_use]
    pub const fn auto(mut self, auto: AutoValue) -> Self {
        self.auto = auto;
        self
    }

    /// With rules, whose function this is; only with the feature `validate`.
    #[must_use]
    pub const fn validate(mut self, rules: fn(&Value, &mut Vec<String>)) -> Self {
        self.validate = Some(rules);
        self
    }

    /// With this default in the program.
    #[must_use]
    pub const fn default(mut self, default: DefaultValue) -> Self {
        self.default = default;
        self
    }

    /// With this default in the database.
    #[must_use]
    pub const fn db_default(mut self, default: DbDefault) -> Self {
        self.db_default = default;
        self
    }

    /// With this comment in the database, or none if it is empty.
    #[must_use]
    pub const fn comment(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }

    /// Renamed: it had this Rust name before.
    #[must_use]
    pub const fn renamed_from(mut self, name: &'static str) -> Self {
        self.renamed_from = Some(name);
        self
    }

    /// Never written: the database alone gives it a value.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.writable = Writable::Never;
        self
    }

    /// Written by inserts alone.
    #[must_use]
    pub const fn write_once(mut self) -> Self {
        self.writable = Writable::Once;
        self
    }

    /// With values that are shown nowhere.
    #[must_use]
    pub const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// With these values alone.
    #[must_use]
    pub const fn choices(mut self, choices: &'static [Literal]) -> Self {
        self.choices = choices;
        self
    }

    /// Computed by the database.
    #[must_use]
    pub const fn generated(mut self, generated: Generated) -> Self {
        self.generated = Some(generated);
        self
    }

    /// Whether the values of the field are shown nowhere: its own, or those of the fields that it refers to.
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        let of_key = |reference: &Reference| {
            reference.fields().iter().any(|key| !std::ptr::eq(*key, self) && key.is_sensitive())
        };
        self.sensitive || self.reference.as_ref().is_some_and(of_key)
    }

    /// Whether the field may be NULL: a key is, if a column of it is.
    #[must_use]
    pub const fn nullable(&self) -> bool {
        let mut at = 0;
        while at < self.columns.len() {
            if self.columns[at].nullable {
                return true;
            }
            at += 1;
        }
        false
    }
}

/// How the database computes a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Generated {
    /// The value, from other columns of the row.
    pub value: SchemaExpr,
    /// Whether it is kept in the row; otherwise it is computed whenever it is read.
    pub stored: bool,
}

/// A column as the database knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnDef {
    /// The column's name in the database.
    pub name: &'static str,
    /// Whether the program gave it that name, which conventions then leave alone.
    pub given: bool,
    /// Its neutral type.
    pub ty: Type,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// The most characters that a text may have, or bytes.
    pub max_length: Option<u32>,
    /// Digits in all, and digits behind the point, of a decimal.
    pub precision: Option<(u8, u8)>,
    /// Its type in SQL, where that is not the usual one.
    pub db_type: PerBackend,
    /// Its collation, where text does not compare by code point.
    pub collation: PerBackend,
}

impl ColumnDef {
    /// The single column of a field, whose type is the first of these.
    #[must_use]
    pub const fn new(name: &'static str, types: &[Type], nullable: bool) -> Self {
        Self {
            name,
            given: false,
            ty: types[0],
            nullable,
            max_length: None,
            precision: None,
            db_type: PerBackend::NONE,
            collation: PerBackend::NONE,
        }
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

    /// The column under a name that the program gave it.
    #[must_use]
    pub const fn given(mut self) -> Self {
        self.given = true;
        self
    }

    /// The column with a limit on the length of its text, in characters, or of its bytes.
    #[must_use]
    pub const fn max_length(mut self, most: u32) -> Self {
        self.max_length = Some(most);
        self
    }

    /// The column with `precision` decimal digits in all, `scale` of them behind the point.
    #[must_use]
    pub const fn precision(mut self, precision: u8, scale: u8) -> Self {
        self.precision = Some((precision, scale));
        self
    }

    /// The column with these types in SQL, on the backends that are named.
    #[must_use]
    pub const fn db_type(mut self, types: PerBackend) -> Self {
        self.db_type = types;
        self
    }

    /// The column with these collations, on the backends that are named.
    #[must_use]
    pub const fn collation(mut self, collations: PerBackend) -> Self {
        self.collation = collations;
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

/// Which statements may write a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Writable {
    /// Inserts and updates.
    Always,
    /// Inserts.
    Once,
    /// None: it is read, and no more.
    Never,
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
    /// The elements of an array
    Array(&'static [Literal]),
}
