//! A model as the derive understands it: every rule applied, every default filled in, nothing to refuse.
//!
//! Made from an [`Input`](crate::input::Input) that passed `check`; read by `emit`, which sees no attribute.

mod build;
mod case;
mod enumeration;
mod field;
mod foreign_key;
mod many;
mod meta;
mod model;
mod naming;
mod newtype;
mod projection;
mod salvage;
mod types;

pub(crate) use build::{crate_path, database, expression_text, generated_at, literal, model};
pub(crate) use case::Case;
pub(crate) use enumeration::{Enumeration, Stored};
pub(crate) use field::{
    Auto, DbDefault, Default, Field, Generated, InNew, Literal, PerBackend, Prefix, Reference,
};
pub(crate) use foreign_key::ForeignKey;
pub(crate) use many::{Made, ManyToMany, made_fields, made_ident, made_table};
pub(crate) use meta::{Meta, PassedExpr, PassedIndex, PassedOf};
pub(crate) use model::{Check, Database, Index, IndexOf, IndexPart, Model, Says, Settings, TableName};
pub(crate) use naming::{NameCase, Naming, column_names, foreign_key_column, snake_case, table_names};
pub(crate) use newtype::Newtype;
pub(crate) use projection::{Projected, Projection};
pub(crate) use salvage::{salvage, salvage_embed};
pub(crate) use types::{Kind, Shape};

// A rule means what is written, whatever stands beside it.
pub(crate) use crate::attr::validate::{Rule, RuleKind};

/// What the database does to a referring row.
#[derive(Clone, Copy, PartialEq, Eq)]
#[expect(clippy::enum_variant_names, reason = "`NO ACTION` is what SQL calls it")]
pub(crate) enum Action {
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}
