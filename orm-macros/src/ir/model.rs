//! A model.

use proc_macro2::TokenStream;
use syn::{Attribute, Expr, Ident, Path, Visibility};

use super::{Field, ForeignKey, ManyToMany, Naming};

/// A model: everything that its expansion depends on.
pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) docs: Vec<Attribute>,
    pub(crate) new_ident: Ident,
    pub(crate) patch_ident: Ident,
    /// The path to the crate `orm`.
    pub(crate) krate: TokenStream,
    /// The table's name, without a prefix.
    pub(crate) table: TableName,
    /// The type with the shared settings.
    pub(crate) meta: Option<Path>,
    pub(crate) settings: Settings,
    /// What it says itself, and so does not inherit.
    pub(crate) says: Says,
    /// The order of queries that name none: fields by position, and whether each is descending.
    pub(crate) ordering: Vec<(usize, bool)>,
    pub(crate) managed: bool,
    pub(crate) comment: Option<String>,
    pub(crate) renamed_from: Option<String>,
    pub(crate) fields: Vec<Field>,
    /// The fields of the primary key, by position.
    pub(crate) key: Vec<usize>,
    pub(crate) indexes: Vec<Index>,
    pub(crate) foreign_keys: Vec<ForeignKey>,
    pub(crate) many_to_many: Vec<ManyToMany>,
    pub(crate) checks: Vec<Check>,
    /// What `NewX` derives.
    pub(crate) new_derives: Vec<Path>,
    /// What `XPatch` derives.
    pub(crate) patch_derives: Vec<Path>,
    /// Whether `XPatch` has setters.
    pub(crate) patch_setters: bool,
    /// Whether `NewX` and `XPatch` are read and written by serde.
    pub(crate) serde: bool,
    /// Whether the model was refused, and is expanded for the sake of others only.
    pub(crate) broken: bool,
}

/// The settings that a model and a `Meta` have in common.
pub(crate) struct Settings {
    pub(crate) database: Option<Database>,
    /// None if nothing is said.
    pub(crate) replicas: Option<Vec<Database>>,
    pub(crate) schema: Option<String>,
    pub(crate) prefix: Option<String>,
    pub(crate) app: Option<String>,
    pub(crate) naming: Naming,
}

/// What a model says itself of what it could inherit.
#[derive(Clone, Copy)]
pub(crate) struct Says {
    pub(crate) ordering: bool,
    pub(crate) indexes: bool,
    pub(crate) unique_keys: bool,
    pub(crate) checks: bool,
}

/// The name of a table, without a prefix.
#[derive(Clone)]
pub(crate) enum TableName {
    /// This one.
    Given(String),
    /// That of a convention: in each case, singular and plural.
    Conventional(Box<[String; 8]>),
}

impl Model {
    /// Whether there may be a convention for names that are not given, which only the compiler knows.
    pub(crate) fn has_conventions(&self) -> bool {
        self.meta.is_some() || !self.settings.naming.is_empty()
    }
}

/// Where the database comes from.
pub(crate) enum Database {
    /// The name of an open one.
    Alias(String),
    /// A `static`.
    Static(Path),
}

/// An index or unique key over several fields.
pub(crate) struct Index {
    pub(crate) name: Option<String>,
    pub(crate) unique: bool,
    pub(crate) parts: Vec<IndexPart>,
    /// The rows that are in it.
    pub(crate) condition: Option<Expr>,
    /// The variant of `IndexMethod`, if it is not the usual one.
    pub(crate) method: Option<&'static str>,
    /// What it does with values, on PostgreSQL.
    pub(crate) op_class: Option<String>,
    /// Fields that are kept in it too, by position.
    pub(crate) include: Vec<usize>,
    /// The accessor, if it is an index of words.
    pub(crate) full_text: Option<Ident>,
}

/// A part of an index.
pub(crate) struct IndexPart {
    pub(crate) of: IndexOf,
    pub(crate) descending: bool,
}

/// What a part of an index is over.
pub(crate) enum IndexOf {
    /// A field, by position, and the way on within an embedded struct.
    Field(usize, Vec<Ident>),
    Expr(Expr),
}

/// A condition that every row fulfils.
pub(crate) struct Check {
    pub(crate) name: Option<String>,
    pub(crate) condition: Expr,
}
