//! A field.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, Expr, Ident, Type, Visibility};

use super::{Action, Rule, Shape};
use crate::attr::constraint::Choice;

/// A field of a model.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// The Rust name, `r#` removed.
    pub(crate) name: String,
    pub(crate) vis: Visibility,
    /// The type, with the model's name for `Self`.
    pub(crate) ty: Type,
    pub(crate) shape: Shape,
    pub(crate) docs: Vec<Attribute>,
    /// The doc comment as text.
    pub(crate) doc: String,
    /// The name of its constant; none where it would clash.
    pub(crate) accessor: Option<Ident>,
    pub(crate) column: Column,
    pub(crate) max_length: Option<u32>,
    pub(crate) precision: Option<(u8, u8)>,
    pub(crate) db_type: Option<PerBackend>,
    pub(crate) collation: Option<PerBackend>,
    /// Unique by itself; a primary key is not marked.
    pub(crate) unique: bool,
    pub(crate) index: bool,
    /// Whether a text must be limited: part of a key, an index or a unique key.
    pub(crate) keyed: bool,
    pub(crate) auto: Auto,
    pub(crate) in_new: InNew,
    pub(crate) default: Option<Default>,
    pub(crate) db_default: Option<DbDefault>,
    pub(crate) comment: Option<String>,
    pub(crate) renamed_from: Option<String>,
    pub(crate) sensitive: bool,
    pub(crate) read_only: bool,
    pub(crate) write_once: bool,
    /// The values it may have; empty for any.
    pub(crate) choices: Vec<Choice>,
    pub(crate) generated: Option<Generated>,
    pub(crate) reference: Option<Reference>,
    /// What its values are looked at by.
    pub(crate) rules: Vec<Rule>,
    /// Whether it is an embedded struct, and what the names of its columns begin with.
    pub(crate) embed: Option<Prefix>,
    /// Whether the field's value may be changed by an update of the program.
    pub(crate) in_patch: bool,
    /// Whether an integer that hides behind another name would be counted up.
    pub(crate) ask_for_auto: bool,
    /// Whether one of its settings is wrong, so that nothing more is to be said of it.
    pub(crate) wrong: bool,
}

/// A field's column.
pub(crate) struct Column {
    /// Its name, if there is no convention.
    pub(crate) name: String,
    /// Where the program names it, if it does.
    pub(crate) given: Option<Span>,
    /// Its names by convention, where there may be one.
    pub(crate) conventional: Option<Box<[String; 5]>>,
}

/// What the columns of an embedded struct begin with.
pub(crate) struct Prefix {
    pub(crate) text: String,
    /// Whether the program gave it.
    pub(crate) given: bool,
}

/// What fills a field when the program does not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Auto {
    None,
    Increment,
    NowOnInsert,
    Now,
}

/// How a field stands in `NewX`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum InNew {
    /// A parameter of `new`.
    Required,
    /// A default, and a setter.
    Optional,
    /// `None` for the database or the executor to fill, and a setter.
    Insertable,
    /// Not at all.
    Absent,
}

/// The value that `new` gives a field.
pub(crate) enum Default {
    Literal(Literal, Expr),
    Expression(Expr),
}

/// The value that the database gives a field.
#[derive(Clone)]
pub(crate) enum DbDefault {
    Literal(Literal),
    Now,
    Uuid,
    Sql(PerBackend),
}

/// Texts for backends.
#[derive(Clone, std::default::Default)]
pub(crate) struct PerBackend {
    /// For those that are not named.
    pub(crate) all: Option<String>,
    /// For those that are, by the name of the method that takes it.
    pub(crate) some: Vec<(&'static str, String)>,
}

/// How the database computes a field.
pub(crate) struct Generated {
    pub(crate) value: Expr,
    pub(crate) stored: bool,
}

/// A neutral literal.
#[derive(Clone, PartialEq)]
pub(crate) enum Literal {
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    /// Of a default of the database alone.
    Array(Vec<Self>),
}

/// A foreign key.
pub(crate) struct Reference {
    pub(crate) target: Type,
    pub(crate) on_delete: Action,
    pub(crate) on_update: Action,
    pub(crate) related_name: Option<Ident>,
    /// The field of the target, where it is not the primary key.
    pub(crate) to: Option<Ident>,
    /// Columns of the key that it refers to, and what the columns here are called; by convention without any.
    pub(crate) columns: Vec<(String, String)>,
    /// The accessor of the relation, for a column of a type of its own.
    pub(crate) relation: Option<Ident>,
    /// Whether at most one row refers to each row of the target.
    pub(crate) one: bool,
}

impl Field {
    /// The type without an `Option` around it.
    pub(crate) fn base(&self) -> &Type {
        self.shape.inner.as_ref().unwrap_or(&self.ty)
    }

    /// The type of the field in `NewX`, where `root` names `orm::private`: what an embedded struct needs for an
    /// insert stands in its place.
    pub(crate) fn given_base(&self, root: &TokenStream) -> TokenStream {
        let base = self.base();
        match self.embed {
            Some(_) => quote!(<#base as #root::Embed>::New),
            None => quote!(#base),
        }
    }

    /// The same with its `Option`.
    pub(crate) fn given(&self, root: &TokenStream) -> TokenStream {
        match (&self.embed, self.shape.nullable()) {
            (None, _) => self.ty.to_token_stream(),
            (Some(_), false) => self.given_base(root),
            (Some(_), true) => {
                let base = self.given_base(root);
                quote!(#root::Option<#base>)
            }
        }
    }

    /// The type of the field's values in `XPatch`: what may change of an embedded struct stands in its place.
    pub(crate) fn changed_base(&self, root: &TokenStream) -> TokenStream {
        let base = self.base();
        match self.embed {
            Some(_) => quote!(<#base as #root::Embed>::Patch),
            None => quote!(#base),
        }
    }

    /// The same with its `Option`.
    pub(crate) fn changed(&self, root: &TokenStream) -> TokenStream {
        match (&self.embed, self.shape.nullable()) {
            (None, _) => self.ty.to_token_stream(),
            (Some(_), false) => self.changed_base(root),
            (Some(_), true) => {
                let base = self.changed_base(root);
                quote!(#root::Option<#base>)
            }
        }
    }

    /// The words for the field where it has no doc comment.
    pub(crate) fn fallback_doc(&self) -> String {
        match &self.reference {
            Some(_) => format!("The foreign key `{}`.", self.name),
            None if self.embed.is_some() => format!("The embedded `{}`.", self.shape.written),
            None if self.column.conventional.is_some() => format!("The column of `{}`.", self.name),
            None => format!("The column `{}`.", self.column.name),
        }
    }
}
